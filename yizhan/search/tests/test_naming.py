"""Names that stand in no index are met as those in it are."""

import pytest

from yizhan.search.api import meeting

NAMES = ("美丽你造型", "阿莲理发店（样例）", "Kahvila Café", "万力社区卫生服务站", "")


@pytest.mark.parametrize(
    ("said", "met"),
    [
        ("美丽", {0}),
        ("mlnzx", {0}),
        ("meilini", {0}),
        ("mei li ni", {0}),
        ("造型", {0}),
        ("理发店", {1}),
        ("alian", {1}),
        ("ALLFD", {1}),
        ("kahvila", {2}),
        ("cafe", {2}),
        ("wlsqwsfwz", {3}),
        ("weisheng", {3}),
        ("美容", set()),
        ("m", set()),
        ("", set()),
        ("！！", set()),
    ],
)
def test_by_characters_pinyin_initials_and_english(said: str, met: set[int]) -> None:
    assert {n for n, is_met in enumerate(meeting(said, NAMES)) if is_met} == met
