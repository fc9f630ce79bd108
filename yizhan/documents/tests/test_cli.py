"""`yizhan documents`: a PDF is checked with two published files; keys are listed and changed."""

import json
import subprocess
import sys
from functools import partial

import pytest
from click.testing import CliRunner

from yizhan.config.testing import run_command
from yizhan.documents import api as documents
from yizhan.documents.cli import documents as command
from yizhan.documents.tests.test_revoking import revoke


@pytest.fixture
def run():
    runner = CliRunner(env={"LANG": "zh_CN.UTF-8"})
    return lambda *words, **env: runner.invoke(command, [str(word) for word in words], env=env)


@pytest.fixture
def files(tmp_path, client, letter, owner):
    """The paper and the two lists, as somebody would have fetched them."""

    def fetch(name: str) -> None:
        (tmp_path / name).write_bytes(client.get(f"/verify/{name}").content)

    (tmp_path / "paper.pdf").write_bytes(documents.document_pdf(actor=owner, document_id=letter.id).content)
    fetch("keys.json")
    return tmp_path, fetch


@pytest.mark.django_db
class TestCheck:
    def test_says_genuine_and_what_it_is(self, run, files):
        folder, fetch = files
        fetch("revoked.json")
        answer = run(
            "check", folder / "paper.pdf", "--keys", folder / "keys.json", "--revoked", folder / "revoked.json"
        )
        assert answer.exit_code == 0
        assert "真的" in answer.output
        assert "南宁市青秀区民政局" in answer.output
        assert "撤销名单是" in answer.output

    def test_says_that_without_a_list_it_does_not_know_of_revocations(self, run, files):
        folder, _fetch = files
        answer = run("check", folder / "paper.pdf", "--keys", folder / "keys.json", "--lang", "en")
        assert answer.exit_code == 0
        assert "whether it was revoked is not known" in answer.output

    def test_says_revoked_with_day_and_ground(self, run, files, letter, signer):
        folder, fetch = files
        revoke(letter, signer)
        fetch("revoked.json")
        lists = ("--keys", folder / "keys.json", "--revoked", folder / "revoked.json")
        answer = run("check", folder / "paper.pdf", *lists)
        assert answer.exit_code == 4
        assert "不具备申请资格" in answer.output
        told = json.loads(run("check", folder / "paper.pdf", *lists, "--json").output)
        assert (told["answer"], told["revoked"]["ground"]) == ("revoked", "not_entitled")

    def test_says_altered_and_shows_nothing_of_it(self, run, files):
        folder, _fetch = files
        paper = folder / "paper.pdf"
        paper.write_bytes(paper.read_bytes().replace("韦**".encode(), "黄**".encode()))
        answer = run("check", paper, "--keys", folder / "keys.json")
        assert answer.exit_code == 1
        assert "黄" not in answer.output

    def test_says_unknown_key(self, run, files):
        folder, _fetch = files
        (folder / "keys.json").write_text('{"keys": []}')
        assert run("check", folder / "paper.pdf", "--keys", folder / "keys.json").exit_code == 3

    def test_says_not_ours(self, run, files):
        folder, _fetch = files
        (folder / "paper.pdf").write_bytes(b"%PDF-1.7\n%%EOF\n")
        assert run("check", folder / "paper.pdf", "--keys", folder / "keys.json").exit_code == 5

    @pytest.mark.parametrize("content", ["", "{", "[]", '{"keys": 3}', "\x00"])
    def test_a_list_that_cannot_be_read_is_named(self, run, files, content):
        folder, _fetch = files
        (folder / "keys.json").write_text(content)
        answer = run("check", folder / "paper.pdf", "--keys", folder / "keys.json")
        assert answer.exit_code == 2
        assert "keys.json" in answer.output

    def test_a_file_that_is_not_there_is_named(self, run, files):
        folder, _fetch = files
        assert run("check", folder / "no.pdf", "--keys", folder / "keys.json").exit_code == 2

    def test_needs_neither_django_nor_a_database(self, files):
        folder, _fetch = files
        program = (
            "import sys; sys.modules['django'] = None; sys.modules['psycopg'] = None;"
            "from yizhan.config.cli import main; main()"
        )
        words = ["documents", "check", str(folder / "paper.pdf"), "--keys", str(folder / "keys.json")]
        env = {"PATH": "", "LANG": "zh_CN.UTF-8"}
        done = subprocess.run([sys.executable, "-c", program, *words], check=False, capture_output=True, env=env)
        assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.django_db
class TestKeys:
    @pytest.fixture
    def run(self):
        return partial(run_command, command)

    def test_are_listed_and_changed(self, run, letter):
        kid = documents.verify(letter.code).kid
        assert f"\t1\t{kid}\t" in run("keys").output
        new = run("rotate", kid, "--reason", "到了年头").output.strip()
        listed = run("keys", "--office", "青秀").output
        assert f"\t2\t{new}\t" in listed
        assert "replaced" in listed

    def test_what_is_no_signing_key_is_one_sentence(self, run):
        answer = run("rotate", "ed25519-0000000000000000", "--reason", "x")
        assert answer.exit_code == 1
        assert "没有这把密钥" in answer.output
