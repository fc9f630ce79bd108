"""Templates can be read, ways in lead somewhere, refusals have names of their own."""

from collections.abc import Iterator

import pytest
from django.template.loader import get_template

from tests.architecture.houses import HOUSE, assert_none
from tools.walls.templates import template_files
from yizhan.kernel.api import Refusal
from yizhan.look.api import links

TEMPLATES = sorted({str(path).split("/templates/", 1)[1] for _module, path in template_files(HOUSE)})


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_can_be_read(name: str) -> None:
    get_template(name)


def test_every_way_in_leads_somewhere() -> None:
    assert_none(links.missing_routes())


def refusals(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for below in kind.__subclasses__():
        if below.__module__.startswith("yizhan.") and ".tests." not in below.__module__:
            yield below
        yield from refusals(below)


def misnamed(kinds: Iterator[type[Refusal]]) -> list[str]:
    """Refusals whose code is nobody's, another module's, or taken; a narrower one may keep its parent's."""
    seen: dict[str, str] = {}
    breaches = []
    for kind in sorted(set(kinds), key=lambda k: (k.__module__, k.__name__)):
        module, name = kind.__module__.split(".")[1], f"{kind.__module__}.{kind.__name__}"
        if "code" not in vars(kind):
            if kind.code.startswith("kernel.") and module != "kernel":
                breaches.append(f"{name}: has no code of its own")
        elif not kind.code.startswith(f"{module}."):
            breaches.append(f"{name}: {kind.code} is not of {module}")
        elif seen.setdefault(kind.code, kind.__name__) != kind.__name__:
            breaches.append(f"{name}: {kind.code} is {seen[kind.code]} already")
    return breaches


def test_every_refusal_has_a_code_of_its_own() -> None:
    assert_none(misnamed(refusals()))


def test_a_refusal_with_anothers_code_is_found() -> None:
    def made(code: str, name: str = "Taken") -> type[Refusal]:
        return type(name, (Refusal,), {"__module__": "yizhan.care.services", "code": code})

    bare = type("Bare", (Refusal,), {"__module__": "yizhan.care.services"})
    assert misnamed(iter([made("care.taken")])) == []
    assert len(misnamed(iter([made("people.taken")]))) == 1
    assert len(misnamed(iter([made("care.taken"), made("care.taken", "Gone"), bare]))) == 2
