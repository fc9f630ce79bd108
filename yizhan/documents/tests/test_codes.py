from hypothesis import given
from hypothesis import strategies as st

from yizhan.documents.rules.codes import ALPHABET, grouped, is_well_formed, normalised, with_check

bodies = st.text(alphabet=ALPHABET, min_size=19, max_size=19)


@given(bodies)
def test_a_printed_code_reads_back(body: str):
    code = with_check(body)
    assert is_well_formed(code)
    assert normalised(grouped(code).lower()) == code


@given(bodies, st.integers(0, 19), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_seen(body: str, place: int, wrong: str):
    code = with_check(body)
    typed = code[:place] + wrong + code[place + 1 :]
    assert is_well_formed(typed) == (typed == code)


def test_letters_that_look_like_digits_are_read_as_digits():
    assert normalised(" oO-iIl－L ") == "001111"


def test_what_is_no_code_is_refused_quietly():
    for typed in ("", "x", "🀀" * 20, "U" * 20, "0" * 21, "\x00" * 20):
        assert not is_well_formed(normalised(typed))
