"""Passwords known from leaks: the list as it is published, put in place whole or not at all."""

import hashlib

import pytest
from click.testing import CliRunner
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from yizhan.kernel.api import Actor, NotAllowed, Refusal
from yizhan.kernel.testing import audit_lines
from yizhan.people import testing as people
from yizhan.people.cli import people as command
from yizhan.people.rules.leaked import HEAD, KEPT, is_among
from yizhan.people.services.leaked import find_leaked_list, is_leaked, load_leaked_list

CONSOLE = Actor.system("people.console")
LEAKED = ["秋天的酸嘢三块五一碗", "blue-Elephant-77-boat", "zhongshan lu 2019 yeshi"]
GOOD = "八月十五月光光照地堂"


def line_of(password: str) -> str:
    return f"{hashlib.sha1(password.encode()).hexdigest().upper()}:{len(password)}\r\n"


LINES = sorted(map(line_of, LEAKED))


@pytest.fixture(autouse=True)
def place(settings, tmp_path):
    settings.YIZHAN_LEAKED_PASSWORDS = tmp_path / "kept" / "leaked.bin"
    return settings.YIZHAN_LEAKED_PASSWORDS


@pytest.fixture
def load(tmp_path):
    def load_it(text: str, actor: Actor = CONSOLE) -> int:
        source = tmp_path / "list.txt"
        source.write_bytes(text.encode())
        return load_leaked_list(source=source, actor=actor)

    return load_it


@given(st.sets(st.binary(min_size=KEPT, max_size=KEPT)), st.binary(min_size=KEPT, max_size=KEPT))
def test_finds_exactly_what_is_there(kept, other):
    content = HEAD + b"".join(sorted(kept))
    for wanted in {*kept, other}:
        found = is_among(wanted, count=len(kept), read=lambda at, most: content[at : at + most])
        assert found == (wanted in kept)


@pytest.mark.django_db
class TestAListInPlace:
    def test_its_passwords_are_refused_and_others_taken(self, load):
        for password in (*LEAKED, GOOD):
            validate_password(password)
        assert load("".join(LINES)) == 3
        for password in LEAKED:
            with pytest.raises(ValidationError, match="泄露"):
                validate_password(password)
        validate_password(GOOD)

    def test_it_takes_ten_bytes_a_password(self, load, place):
        load("".join(LINES))
        assert place.stat().st_size == len(HEAD) + 3 * 10

    def test_it_is_audited_by_how_many(self, load):
        load("".join(LINES))
        assert audit_lines()[-1].facts == {"count": 3}

    def test_nobody_but_the_console_loads_one(self, load):
        staff = people.make_staff("administrator", people.make_organisation("city", name="南宁市"))
        with pytest.raises(NotAllowed):
            load("".join(LINES), people.actor_for(staff))

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("", ""),
            ("not a list\r\n", "1"),
            (LINES[0] + LINES[2] + LINES[1], "3"),
            (LINES[0] + LINES[0], "2"),
            (LINES[0] + LINES[1][:25], "2"),
            (LINES[0] + LINES[1].rstrip(), "2"),
            (LINES[0] + "\r\n" + LINES[1], "2"),
            (LINES[0] + LINES[1].replace(":", ";"), "2"),
            (LINES[0] + "G" * 40 + ":1\r\n", "2"),
        ],
    )
    def test_a_broken_one_is_refused_by_its_line_and_the_former_stays(self, load, place, text, line):
        load("".join(LINES))
        with pytest.raises(Refusal) as refused:
            load(text)
        assert line in refused.value.text
        assert is_leaked(LEAKED[0])
        assert [one.name for one in place.parent.iterdir()] == [place.name]

    def test_a_newer_one_takes_its_place(self, load):
        load("".join(LINES))
        load(line_of(GOOD))
        assert is_leaked(GOOD)
        assert not is_leaked(LEAKED[0])

    def test_a_file_that_lost_its_end_is_known(self, load, place):
        load("".join(LINES))
        place.write_bytes(place.read_bytes()[:-3])
        held = find_leaked_list()
        assert held is not None
        assert not held.is_whole
        assert not is_leaked(LEAKED[0])

    def test_the_command_says_how_many(self, tmp_path):
        source = tmp_path / "pwned.txt"
        source.write_text("".join(LINES))
        said = CliRunner().invoke(command, ["leaked", str(source)])
        assert (said.exit_code, said.output) == (0, "3 leaked passwords are refused from now on\n")
