"""Which passwords are easy to guess here, and that nothing else is asked of one."""

from itertools import pairwise

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from yizhan.people.rules.passwords import WORDS_OF_THE_PLACE, is_run, is_word_of_the_place

letters = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=10, max_size=70)


@pytest.mark.parametrize("word", WORDS_OF_THE_PLACE)
def test_a_word_of_the_place_with_a_year_is_no_password(word):
    assert is_word_of_the_place(f"{word.upper()}2026!")


@pytest.mark.parametrize("password", ["nanning-qingxiu", "YiZhanNanNing1", "南宁民政2026"])
def test_nor_are_two_of_them(password):
    assert is_word_of_the_place(password)


@pytest.mark.parametrize("password", ["nanning 的酸嘢真好吃", "correct horse battery", "八月十五月光光照地堂"])
def test_a_sentence_is(password):
    validate_password(password)


@pytest.mark.parametrize(
    "password", ["1234567890123", "0987654321", "1111111111", "abcdefghijkl", "９８７６５４３２１０"]
)
def test_a_run_is_no_password(password):
    assert is_run(password)
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize(
    "password", ["4079218853661", "xqzvbnrtplkm", "WKRTZXCVBN", "＃！？（）【】、。；：", "é" * 5 + "ßü漢字かな"]
)
def test_characters_of_one_kind_are_good_enough(password):
    validate_password(password)


@pytest.mark.parametrize("length", [10, 64, 128, 200])
def test_long_ones_are_taken(length):
    validate_password(("correct horse " * 20)[:length])


@given(letters)
def test_a_run_has_one_step_against_counting(password):
    codes = [ord(one) for one in password.casefold()]
    steps = {after - before for before, after in pairwise(codes)}
    if not any(one.isdigit() for one in password):
        assert is_run(password) == (len(steps) == 1 and steps <= {-1, 0, 1})
