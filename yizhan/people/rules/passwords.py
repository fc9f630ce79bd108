"""What makes a password easy to guess here. What characters it is made of is nobody's business (ASVS 6.2.5).

`WORDS_OF_THE_PLACE` is the list that ASVS 6.1.2 asks for: the product, the city, its districts and departments, and
what everybody thinks of first. A password that is one of them with a few characters more is refused.
"""

import unicodedata
from itertools import pairwise

WORDS_OF_THE_PLACE = (
    "yizhan", "nanning", "guangxi", "qingxiu", "xixiangtang", "xingning", "jiangnan", "liangqing", "yongning",
    "minzheng", "renshe", "gongan", "zhufang", "weijian", "shequ", "chuangkou", "admin", "password", "mima",
    "一站", "南宁", "广西", "青秀", "西乡塘", "兴宁", "江南", "良庆", "邕宁",
    "民政", "人社", "公安", "社区", "窗口", "密码",
)  # fmt: skip
_LEFT_AT_LEAST = 6


def plain(password: str) -> str:
    return unicodedata.normalize("NFKC", password).casefold()


def is_word_of_the_place(password: str) -> bool:
    """Whether hardly anything is left when the words of the place are taken out."""
    left = plain(password)
    for word in sorted(WORDS_OF_THE_PLACE, key=len, reverse=True):
        left = left.replace(word, "")
    return left != plain(password) and len(left) < _LEFT_AT_LEAST


def is_run(password: str) -> bool:
    """Whether each character follows from the one before: 1111111111, 1234567890123, abcdefghij, 0987654321."""
    places = [_place(character) for character in plain(password)]
    steps = {_step(before, after) for before, after in pairwise(places)}
    return len(places) > 1 and len(steps) == 1 and steps <= {-1, 0, 1}


def _place(character: str) -> tuple[str, int]:
    return ("digit", int(character)) if character.isdigit() and character.isascii() else ("other", ord(character))


def _step(before: tuple[str, int], after: tuple[str, int]) -> int:
    if before[0] == after[0] == "digit":
        # 9 is followed by 0, and in counting down 0 by 9.
        return {0: 0, 1: 1, 9: -1}.get((after[1] - before[1]) % 10, 2)
    return after[1] - before[1] if before[0] == after[0] else 2
