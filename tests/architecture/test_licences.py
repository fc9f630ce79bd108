"""What the product runs on may be passed on under Apache-2.0: every locked package says which licence it has."""

import re
from email.message import Message
from importlib import metadata

import pytest
from packaging.requirements import Requirement

from tests.architecture.houses import ROOT

# SPDX names, and what older packages write in their place.
ALLOWED = {"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "MIT", "MIT-0", "PSF-2.0", "0BSD", "Zlib", "CC0-1.0"}
ALLOWED |= {"Apache Software License", "BSD License", "MIT License", "SIL Open Font License 1.1 (OFL-1.1)"}
ALLOWED |= {"Mozilla Public License 2.0 (MPL 2.0)"}  # file by file; we change none of its files

# Packages with another licence, each with what it says and why it may stay.
UNCHANGED = "a library that is installed beside us, unchanged, and can be exchanged for another version of itself"
WITH_REASON = {
    "jwcrypto": ("LGPL-3.0-or-later", UNCHANGED),
    "opening-hours-py": ("MIT OR Apache-2.0", "a choice of two that are welcome, written in the old field"),
    "psycopg": ("LGPL-3.0-only", UNCHANGED),
    "psycopg-binary": ("LGPL-3.0-only", UNCHANGED),
    "python-stdnum": ("GNU Lesser General Public License v2 or later (LGPLv2+)", UNCHANGED),
    "qrcode": ("Other/Proprietary License", "BSD and MIT by its LICENSE file; the word is about a trade mark"),
}


def locked() -> list[str]:
    """The packages of `run.txt` that this machine needs; Windows has two more."""
    lines = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8").splitlines()
    wanted = [Requirement(line.rstrip(" \\")) for line in lines if re.match(r"[A-Za-z0-9]", line)]
    return [each.name for each in wanted if each.marker is None or each.marker.evaluate()]


def unwelcome(about: Message) -> set[str]:
    """The licences that metadata name and the list does not; “none named” where there is none."""
    if expression := about["License-Expression"]:
        choices = [set(choice.split(" AND ")) - ALLOWED for choice in expression.split(" OR ")]
        return min(choices, key=len)
    classified = {c.rsplit(" :: ", 1)[1] for c in about.get_all("Classifier", []) if c.startswith("License ::")}
    return (classified or {about["License"] or "none named"}) - ALLOWED


@pytest.mark.parametrize("package", locked())
def test_its_licence_may_be_in_the_product(package: str) -> None:
    known, _why = WITH_REASON.get(package, ("", ""))
    assert unwelcome(metadata.metadata(package)) - {known} == set(), f"{package}: see requirements/run.in"


def test_every_reason_is_still_needed() -> None:
    assert {p: unwelcome(metadata.metadata(p)) for p in WITH_REASON if p in locked()} == {
        package: {licence} for package, (licence, _why) in WITH_REASON.items()
    }


def test_no_reason_excuses_the_gpl() -> None:
    excused = [licence for licence, _why in WITH_REASON.values()]
    assert [one for one in excused if re.search(r"(?<!L)A?GPL|(?<!Lesser )General Public", one)] == []


@pytest.mark.parametrize(
    ("says", "found"),
    [
        ({"License-Expression": "MIT"}, set()),
        ({"License-Expression": "GPL-3.0-only OR MIT"}, set()),
        ({"License-Expression": "GPL-3.0-or-later"}, {"GPL-3.0-or-later"}),
        ({"License-Expression": "MIT AND AGPL-3.0-only"}, {"AGPL-3.0-only"}),
        ({"License": "BSD-3-Clause"}, set()),
        ({"License": "BSD", "Classifier": "License :: OSI Approved :: BSD License"}, set()),
        ({"License": "GPLv3"}, {"GPLv3"}),
        ({"Classifier": "Programming Language :: Python"}, {"none named"}),
    ],
)
def test_what_metadata_say_is_understood(says: dict[str, str], found: set[str]) -> None:
    about = Message()
    for head, text in says.items():
        about[head] = text
    assert unwelcome(about) == found
