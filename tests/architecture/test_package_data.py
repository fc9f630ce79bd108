"""A wheel carries every file that code reads beside itself."""

import tomllib

from tests.architecture.houses import HOUSE, ROOT

# Read by people, by translators and by tests: not by the product.
NOT_CARRIED = {".py", ".pyc", ".md", ".po", ".stamp"}


def test_a_wheel_carries_data_papers_pages_and_texts() -> None:
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    carried = {path for pattern in setuptools["package-data"]["yizhan"] for path in HOUSE.glob(pattern)}
    wanted = {
        path
        for path in HOUSE.rglob("*")
        if path.is_file() and path.suffix not in NOT_CARRIED and path.name not in NOT_CARRIED
    }
    assert sorted(str(p) for p in wanted - carried if "tests" not in p.relative_to(HOUSE).parts) == []
