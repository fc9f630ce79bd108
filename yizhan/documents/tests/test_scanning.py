"""Uploads are shown to clamd, here a server that speaks its protocol over TCP or a socket of the machine."""

import socket
import socketserver
import struct
import tempfile
import threading
from pathlib import Path

import pytest

from yizhan.documents import api as documents
from yizhan.documents.models import FileContent, StoredFile
from yizhan.documents.testing import JPEG, PDF
from yizhan.kernel.testing import audit_lines

# The test file of the makers of scanners, in two parts, so that no scanner takes this source for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
INFECTED = PDF.replace(b"1 0 obj", b"% " + EICAR + b"\n1 0 obj")


class Clamd(socketserver.BaseRequestHandler):
    """INSTREAM and VERSION as clamd(8) says; `server.saying` takes the place of every verdict where it is set."""

    def handle(self):
        command = self.until_zero()
        if command == b"zVERSION":
            self.request.sendall(b"ClamAV 1.4.3/27400\0")
        elif command == b"zINSTREAM":
            content = self.stream()
            self.server.seen.append(content)
            verdict = b"stream: Eicar-Test-Signature FOUND" if EICAR in content else b"stream: OK"
            self.request.sendall(verdict if self.server.saying is None else self.server.saying)
            if self.server.saying is None:
                self.request.sendall(b"\0")

    def until_zero(self):
        heard = b""
        while not heard.endswith(b"\0"):
            heard += self.request.recv(1)
        return heard[:-1]

    def exactly(self, size):
        heard = b""
        while len(heard) < size:
            heard += self.request.recv(size - len(heard))
        return heard

    def stream(self):
        content = b""
        while size := struct.unpack("!L", self.exactly(4))[0]:
            content += self.exactly(size)
        return content


class OverTcp(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    saying = None


class OverASocket(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    saying = None


def running(server):
    server.seen = []
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return server


@pytest.fixture
def clamd(settings):
    with running(OverTcp(("127.0.0.1", 0), Clamd)) as server:
        settings.YIZHAN_CLAMD = f"127.0.0.1:{server.server_address[1]}"
        yield server
        server.shutdown()


@pytest.fixture
def clamd_socket(settings):
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "c")
        with running(OverASocket(path, Clamd)) as server:
            settings.YIZHAN_CLAMD = path
            yield server
            server.shutdown()


@pytest.fixture
def hand_in(subject, owner):
    def hand_it_in(content=PDF):
        return documents.store(content=content, media_type="", name="身份证.pdf", subject=subject, actor=owner)

    return hand_it_in


@pytest.mark.django_db
class TestACleanFile:
    def test_is_kept_once_it_was_seen_whole(self, clamd, hand_in, owner):
        large = PDF.replace(b"1 0 obj", b"%" + b"a" * 200_000 + b"\n1 0 obj")
        view = hand_in(large)
        assert clamd.seen == [large]
        assert documents.open_file(actor=owner, file_id=view.id).content == large

    def test_is_seen_over_a_socket_of_the_machine_too(self, clamd_socket, hand_in):
        hand_in(JPEG)
        assert clamd_socket.seen == [JPEG]

    def test_without_a_scanner_is_kept_unseen(self, hand_in):
        assert hand_in().sha256


@pytest.mark.django_db(transaction=True)
def test_an_infected_file_is_refused_and_the_refusal_stays_in_the_audit(clamd, hand_in, subject, owner):
    with pytest.raises(documents.FileInfected, match="file_infected") as refused:
        hand_in(INFECTED)
    assert "病毒" in refused.value.text
    assert not StoredFile.objects.exists()
    assert not FileContent.objects.exists()
    (line,) = audit_lines(subject)
    assert (line.action, line.actor, line.facts["signature"]) == (
        "documents.file.infected",
        owner.key,
        "Eicar-Test-Signature",
    )
    assert set(line.facts) == {"sha256", "signature"}


@pytest.mark.django_db
class TestNothingIsKeptUnseen:
    @pytest.mark.parametrize(
        "saying",
        [b"", b"stream: OK", b"INSTREAM size limit exceeded. ERROR\0", b"stream: lost ERROR\0", b"nonsense\0"],
    )
    def test_where_the_scanner_does_not_say_that_it_is_clean(self, clamd, hand_in, saying):
        clamd.saying = saying
        with pytest.raises(documents.ScannerSilent) as refused:
            hand_in()
        assert refused.value.status == 503
        assert not StoredFile.objects.exists()

    def test_where_nobody_listens(self, settings, hand_in):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # bound, not listening: refused at once
            settings.YIZHAN_CLAMD = f"127.0.0.1:{taken.getsockname()[1]}"
            with pytest.raises(documents.ScannerSilent):
                hand_in()
        assert not StoredFile.objects.exists()

    @pytest.mark.parametrize("where", ["/nowhere/clamd.sock", "localhost", "localhost:many"])
    def test_where_the_setting_leads_nowhere(self, settings, hand_in, where):
        settings.YIZHAN_CLAMD = where
        with pytest.raises(documents.ScannerSilent):
            hand_in()


class TestTheScannerItself:
    def test_says_which_one_it_is(self, clamd):
        assert documents.find_scanner() == documents.Scanner(is_set=True, version="ClamAV 1.4.3/27400")

    def test_is_set_and_silent(self, settings):
        settings.YIZHAN_CLAMD = "/nowhere/clamd.sock"
        assert documents.find_scanner() == documents.Scanner(is_set=True)

    def test_is_not_set(self):
        assert documents.find_scanner() == documents.Scanner(is_set=False)
