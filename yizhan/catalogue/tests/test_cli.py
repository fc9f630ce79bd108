"""Checking an item file from the command line."""

import json
import re

import pytest
from click.testing import CliRunner

from yizhan.catalogue.cli import item
from yizhan.catalogue.testing import OLD_AGE_ALLOWANCE_FILE, packaged_files


def check(*files):
    return CliRunner().invoke(item, ["check", *map(str, files)])


def test_the_packaged_file_is_good():
    result = check(OLD_AGE_ALLOWANCE_FILE)

    assert (result.exit_code, result.output) == (0, "1 个文件都对\n")


def test_a_wrong_field_is_told_with_file_line_and_rule(tmp_path):
    bad = tmp_path / "1.yaml"
    bad.write_text(OLD_AGE_ALLOWANCE_FILE.read_text(encoding="utf-8").replace("promise_days", "promised_days", 1))

    result = check(bad)

    assert result.exit_code == 1
    assert "没有字段“promised_days”，是不是“promise_days”？（字段）" in result.output
    assert str(bad) in result.output


def test_what_cannot_be_read_is_told(tmp_path):
    (tmp_path / "1.yaml").write_bytes(b"\xff\xfe")

    result = check(tmp_path / "1.yaml", tmp_path / "none.yaml", tmp_path)

    assert result.exit_code == 1
    assert "UTF-8" in result.output
    assert "打不开" in result.output


def run(*arguments):
    return CliRunner().invoke(item, [*map(str, arguments)])


class TestInWords:
    @pytest.mark.parametrize("code", sorted({name.split("/")[0] for name in packaged_files()}))
    def test_every_item_is_said_in_both_languages(self, code):
        chinese, english = run("show", code), run("show", code, "--lang", "en")

        assert (chinese.exit_code, english.exit_code) == (0, 0)
        assert "待市里确认" in chinese.output
        assert "to be confirmed by the city" in english.output
        assert not re.search(r"[一-鿿]", english.output)

    def test_as_json(self):
        assert json.loads(run("show", "legal_aid", "--json").output)["code"] == "legal_aid"

    def test_faults_in_english(self, tmp_path):
        bad = tmp_path / "1.yaml"
        bad.write_text(
            OLD_AGE_ALLOWANCE_FILE.read_text(encoding="utf-8").replace("promise_days: 10", "promise_days: 21")
        )

        result = run("check", bad, "--lang", "en")

        assert result.exit_code == 1
        assert "promised in 21 days, by law in 20 (What is promised is within what the law allows)" in result.output


class TestComparingAndWriting:
    def test_what_a_later_version_says_otherwise(self):
        result = run("diff", "old_age_allowance@1", "old_age_allowance@2")

        assert result.exit_code == 0
        assert "环节 · 审查 · 环节时限 [steps.examine.limit_days]" in result.output

    def test_no_difference(self):
        assert run("diff", "legal_aid", "legal_aid", "--lang", "en").output == "no difference\n"

    def test_an_export_is_good_and_says_the_same(self, tmp_path):
        assert run("export", "legal_aid", "-o", tmp_path / "x.yaml").exit_code == 0
        assert check(tmp_path / "x.yaml").exit_code == 0
        assert run("diff", "legal_aid", tmp_path / "x.yaml").output == "没有不同\n"

    @pytest.mark.parametrize("name", ["nothing", "legal_aid@9", "\x00", ""])
    @pytest.mark.parametrize("command", ["show", "export"])
    def test_what_is_not_there_is_one_sentence(self, command, name):
        result = run(command, name)

        assert result.exit_code == 1
        assert "打不开" in result.output
        assert "Traceback" not in result.output
