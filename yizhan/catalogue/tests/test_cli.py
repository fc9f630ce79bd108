"""Checking an item file from the command line."""

from click.testing import CliRunner

from yizhan.catalogue.cli import item
from yizhan.catalogue.testing import OLD_AGE_ALLOWANCE_FILE


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
