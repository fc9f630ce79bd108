"""The front-end parts: locked without addresses, and Bootstrap cut down to what we use."""

import json
import re
from pathlib import Path

from tools.frontend import purged

ROOT = Path(__file__).resolve().parents[3]
CSS = (
    "@charset \"UTF-8\";/*! x */:root{--bs-a:1;--bs-pic:url(\"data:image/svg+xml;a,b{}\")}.btn{color:red}"
    ".carousel,.btn-primary{color:blue}.carousel-item{float:left}.d-xxl-none{display:none}"
    "@media (min-width:768px){.col-md-6{flex:0 0 auto;width:50%}.modal{top:0}}@keyframes x{0%{top:0}}"
)  # fmt: skip


class TestPurging:
    def test_unused_components_and_data_addresses_go_and_the_rest_stays(self):
        assert purged(CSS) == (
            ":root{--bs-a:1}.btn{color:red}.btn-primary{color:blue}"
            "@media (min-width:768px){.col-md-6{flex:0 0 auto;width:50%}}"
        )


class TestLock:
    def test_it_holds_hashes_and_no_address(self):
        text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
        packages = json.loads(text)["packages"]
        assert "://" not in text
        assert all(package.get("integrity", "").startswith("sha512-") for name, package in packages.items() if name)

    def test_versions_are_exact(self):
        wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
        pinned = [*wanted["dependencies"].values(), *wanted["devDependencies"].values()]
        assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in pinned)
