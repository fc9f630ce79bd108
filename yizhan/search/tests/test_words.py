"""Folding, tokens and questions: what holds for any text."""

import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yizhan.search.data import packaged_synonyms
from yizhan.search.rules.asking import LONGEST, MOST_TERMS, Kind, Way, number_asked_for, question
from yizhan.search.rules.folding import fold, folded, number_of, tight
from yizhan.search.rules.marking import marked
from yizhan.search.rules.matching import least_slips
from yizhan.search.rules.synonyms import synonyms_on
from yizhan.search.rules.tokens import MOST_TOKENS, flat, initials_of, kept_by_flat, sound_of, stem, tokens_of

SYNONYMS = packaged_synonyms(date(2026, 11, 24))
HAN = st.text("高龄津贴身份证补领丢失老年卡重庆长寿银行了会计单八十岁里后", min_size=1, max_size=12)
ANY = st.text(max_size=200)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("８０歲", "80岁"),
        ("高齡津貼", "高龄津贴"),
        ("Ｏｌｄ-Age", "old age"),
        ("lǜ shī Café", "lv shi cafe"),
        ("八十岁以上", "80岁以上"),
        ("一百零五周岁", "105周岁"),
        ("一站", "一站"),
        ("%_'\\\x00", ""),
        ("  身份证，丢了！ ", "身份证 丢了"),
    ],
)
def test_folding(written: str, plain: str) -> None:
    assert fold(written) == plain


@given(ANY)
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ANY)
def test_folded_characters_know_where_they_came_from(text: str) -> None:
    whole = folded(text)
    assert len(whole.text) == len(whole.origins)
    assert list(whole.origins) == sorted(whole.origins)
    assert all(0 <= at < len(text) for at in whole.origins)


def test_spaces_stay_between_words_of_letters_alone() -> None:
    assert tight("身份证 丢了 old age 80 岁") == "身份证丢了old age 80岁"


@pytest.mark.parametrize(("said", "number"), [("八十", 80), ("十", 10), ("十五", 15), ("二〇", 20), ("一百二十", 120)])
def test_numerals(said: str, number: int) -> None:
    assert number_of(said) == number


@given(HAN, HAN, HAN)
def test_what_is_in_a_name_is_found_by_its_tokens(before: str, part: str, after: str) -> None:
    """Whatever part of a name is typed, as characters, pinyin or initials: its tokens are among the name's."""
    name, part = tight(before + part + after), tight(part)
    if part not in name:  # a numeral grew together with its neighbour
        return
    tokens = set(tokens_of([name]))
    assert tokens >= set(Way(Kind.TEXT, part).tokens())
    if sound_of(part) in sound_of(name) and len(sound_of(part)) > 2:
        assert tokens >= set(Way(Kind.SOUND, sound_of(part)).tokens())
    if len(initials_of(part)) > 1 and initials_of(part) in initials_of(name):
        assert tokens >= set(Way(Kind.INITIALS, initials_of(part)).tokens())


@given(ANY, ANY)
def test_tokens_are_bounded_and_each_is_there_once(name: str, body: str) -> None:
    tokens = tokens_of([tight(name)], tight(body))
    assert len(tokens) == len(set(tokens)) <= MOST_TOKENS
    assert "\x00" not in "".join(tokens)


@given(ANY)
def test_any_question_is_read_within_bounds(text: str) -> None:
    asked = question(text, SYNONYMS)
    assert len(asked.text) <= LONGEST
    for reading in asked.readings:
        assert 0 < len(reading) <= MOST_TERMS
        assert all(term.worth > 0 and way.tokens() for term in reading for way in term.ways)


@pytest.mark.parametrize("text", ["", "   ", "%_'", "\x00", "，。！", "🀄🎉", "'; DROP TABLE x; --"[:1]])
def test_nothing_to_look_for(text: str) -> None:
    assert question(text, SYNONYMS).readings == ()


@given(ANY, ANY)
def test_marks_leave_a_text_as_it_is(text: str, asked: str) -> None:
    parts = marked(text, question(asked, SYNONYMS))
    assert "".join(part.text for part in parts) == text
    assert all(part.text for part in parts)


@pytest.mark.parametrize(
    ("asked", "text", "marks"),
    [
        ("津贴", "高龄津贴", ["津贴"]),
        ("jintie", "高龄津贴", ["津贴"]),
        ("gaolin", "高龄津贴", ["高龄"]),
        ("jt", "高龄津贴", ["津贴"]),
        ("allowances", "Old-age allowance", ["allowance"]),
        ("80岁", "年满八十岁的老人", ["八十岁"]),
        ("身份证", "居民身分证（身份证）", ["身份证"]),
        ("丢了身份证", "居民身份证补领", ["身份证补领"]),
    ],
)
def test_marks(asked: str, text: str, marks: list[str]) -> None:
    assert [part.text for part in marked(text, question(asked, SYNONYMS)) if part.is_found] == marks


@given(st.text("abcgnh", min_size=1, max_size=9), st.text("abcgnh", max_size=14))
def test_slips_are_counted_as_the_slow_way_counts_them(asked: str, sound: str) -> None:
    assert least_slips(asked, sound) == slowly(asked, sound)


def slowly(asked: str, sound: str) -> int:
    """Sellers' table: the least edits that make `asked` a part of `sound`."""
    row = list(range(len(asked) + 1))
    fewest = row[-1]
    for letter in sound:
        above, row = row, [0]
        for at, own in enumerate(asked, 1):
            row.append(min(above[at] + 1, row[-1] + 1, above[at - 1] + (own != letter)))
        fewest = min(fewest, row[-1])
    return fewest


@given(st.text("zcshangei", max_size=20))
def test_alike_sounds_are_left_out_letter_by_letter(letters: str) -> None:
    assert "".join(letters[at] for at in kept_by_flat(letters)) == flat(letters)


@given(st.text("abcdeginsty", min_size=1, max_size=12))
def test_a_stem_has_no_other_stem(word: str) -> None:
    assert stem(stem(word)) == stem(word)
    assert word.startswith(stem(word))


@pytest.mark.parametrize(
    ("one", "other"), [("allowance", "allowances"), ("replace", "replacement"), ("certificate", "certification")]
)
def test_stems(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("450103MZ05202611240000123K", "450103MZ05202611240000123K"),
        ("450103mz05", "450103MZ05"),
        ("0123K", "0123K"),
        (" 4501 03mz ", "450103MZ"),
        ("123", ""),
        ("gaoling", ""),
        ("80岁补贴", ""),
        ("1" * 60, ""),
    ],
)
def test_numbers_asked_for(text: str, number: str) -> None:
    assert number_asked_for(text) == number


def test_synonyms_hold_from_their_day_until_their_day() -> None:
    row = {"said": ["长寿金"], "means": ["高龄津贴"], "since": date(2026, 1, 1), "until": date(2027, 1, 1)}
    on = {day: "长寿金" in synonyms_on(day, [row], []).means for day in (date(2025, 12, 31), date(2026, 1, 1))}
    assert on == {date(2025, 12, 31): False, date(2026, 1, 1): True}
    assert not synonyms_on(date(2027, 1, 1), [row], []).means


def test_the_longest_synonym_is_taken_and_whole_words_of_letters() -> None:
    assert list(SYNONYMS.split("身份证弄丢了"))[1][0] == "弄丢了"
    assert [piece for piece, means in SYNONYMS.split("lostwithiel") if means] == []
    assert [piece for piece, means in SYNONYMS.split("180岁补贴") if means] == []


def test_every_synonym_is_as_it_is_searched() -> None:
    assert all(said == tight(said) and said for said in SYNONYMS.means)
    assert all(means == tight(means) and means for row in SYNONYMS.means.values() for means in row)


def test_a_question_of_the_whole_of_unicode_is_read() -> None:
    for start in range(0, sys.maxunicode, 4099):
        question("".join(chr(code) for code in range(start, min(start + 60, sys.maxunicode))), SYNONYMS)
