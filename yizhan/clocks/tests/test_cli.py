"""`yizhan clock due` says when a limit ends, to people and to machines."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from yizhan.clocks.cli import clock


@pytest.fixture
def run():
    runner = CliRunner(env={"LANG": "zh_CN.UTF-8"})
    return lambda *words, **env: runner.invoke(clock, ["due", *words], env=env)


def test_json_of_the_documented_example(run):
    answer = run("--from", "2026-02-13", "--working-days", "1", "--json")

    assert answer.exit_code == 0
    assert json.loads(answer.output) == {
        "due_on": "2026-02-14",
        "provisional": False,
        "days": [{"date": "2026-02-14", "counts": True, "why": "make-up working day"}],
    }


def test_speaks_chinese_to_people(run):
    answer = run("--from", "2026-09-18", "--working-days", "10", "--pause", "2026-09-21/2026-09-23")

    assert "2026年10月12日（星期一）到期" in answer.output
    assert "停算" in answer.output
    assert "法定节假日：国庆节" in answer.output


def test_speaks_english_when_asked(run):
    by_option = run("--from", "2027-02-13", "--natural-days", "1", "--lang", "en")
    by_environment = run("--from", "2027-02-13", "--natural-days", "1", LANG="en_GB.UTF-8")

    assert by_option.output == by_environment.output
    assert "provisional" in by_option.output


def test_takes_several_pauses_an_extension_and_another_region(run):
    words = ("--from", "2026-04-16", "--working-days", "1", "--extend", "1", "--json")
    pauses = ("--pause", "2026-04-16/2026-04-17", "--pause", "2026-04-20/2026-04-21")

    assert json.loads(run(*words, *pauses, "--region", "110000").output)["due_on"] == "2026-04-22"
    assert json.loads(run(*words, *pauses).output)["due_on"] == "2026-04-23"


LIMIT = ("--working-days", "5")
START = ("--from", "2026-02-13")


@pytest.mark.parametrize(
    "words",
    [
        (),
        START,
        LIMIT,
        (*START, *LIMIT, "--natural-days", "5"),
        ("--from", "2026-02-30", *LIMIT),
        ("--from", "20260213", *LIMIT),
        ("--from", "2026-W07-5", *LIMIT),
        ("--from", "２０２６-02-13", *LIMIT),
        ("--from", "9999-12-31", *LIMIT),
        ("--from", "0001-01-01", *LIMIT),
        (*START, "--working-days", "0"),
        (*START, "--working-days", "-3"),
        (*START, "--working-days", "1.5"),
        (*START, "--working-days", "99999999999"),
        (*START, "--natural-days", "ten"),
        (*START, *LIMIT, "--extend", "-1"),
        (*START, *LIMIT, "--extend", "9999"),
        (*START, *LIMIT, "--pause", "2026-02-20"),
        (*START, *LIMIT, "--pause", "2026-02-20/2026-02-21/2026-02-22"),
        (*START, *LIMIT, "--pause", "2026-02-20/2026-02-16"),
        (*START, *LIMIT, "--pause", "2026-02-14/2026-02-25", "--pause", "2026-02-20/2026-02-21"),
        (*START, *LIMIT, "--region", "999999"),
        (*START, *LIMIT, "--region", "450199"),
        (*START, *LIMIT, "--region", "4501"),
        (*START, *LIMIT, "--region", "南宁"),
        (*START, *LIMIT, "--region", "4501\x00"),
        (*START, *LIMIT, "--lang", "fr"),
        (*START, *LIMIT, "--bogus"),
        (*START, "--working-days"),
        (*START, *LIMIT, "surplus\nline"),
    ],
)
@pytest.mark.parametrize("lang", ["zh_CN.UTF-8", "en_GB.UTF-8"])
def test_bad_input_ends_in_one_sentence_and_exit_2(run, words, lang):
    answer = run(*words, LANG=lang)

    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert len(answer.stderr.splitlines()) == 1
    assert answer.stderr[0].isascii() == lang.startswith("en") or answer.stderr.startswith("--")


@pytest.mark.parametrize("words", [["--bogus"], ["dew"], ["due\n"]])
def test_so_does_a_command_that_does_not_exist(words):
    answer = CliRunner(env={"LANG": "zh_CN.UTF-8"}).invoke(clock, words)

    assert answer.exit_code == 2
    assert (answer.stdout, len(answer.stderr.splitlines())) == ("", 1)


def test_needs_neither_django_nor_half_a_second():
    program = (
        "import time, sys; t = time.perf_counter(); import yizhan.clocks.cli;"
        "print(time.perf_counter() - t, 'django' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    seconds, django = answer.stdout.split()

    assert float(seconds) < 0.5
    assert django == "False"
