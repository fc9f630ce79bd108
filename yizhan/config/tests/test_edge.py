"""The edge: unmarked routes, refusals, large bodies, forged forms, and what never reaches a log."""

import io
import json
import logging
from datetime import timedelta

import pytest
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory

from yizhan.config import logs
from yizhan.config.middleware import AccessMiddleware, RefusalMiddleware
from yizhan.kernel.api import Actor, NotFound, access
from yizhan.kernel.testing import make_timer

pytestmark = pytest.mark.django_db


def request_of(actor=None, path="/x/"):
    request = RequestFactory().get(path)
    request.actor = actor or Actor()
    request.htmx = False
    return request


def test_a_route_without_permission_does_not_exist():
    with pytest.raises(Http404):
        AccessMiddleware(lambda r: HttpResponse()).process_view(request_of(), lambda r: HttpResponse("leak"), (), {})


def test_a_permission_that_nobody_registered_is_nobodys():
    view = access.permission("tests.nowhere")(lambda r: HttpResponse("leak"))
    answer = AccessMiddleware(lambda r: HttpResponse()).process_view(request_of(), view, (), {})
    assert answer.status_code == 302
    assert answer.url.startswith("/sign-in/?next=")


def test_a_refusal_is_an_answer_and_a_fault_flies():
    middleware = RefusalMiddleware(lambda r: HttpResponse())
    answer = middleware.process_exception(request_of(), NotFound())
    assert answer.status_code == 404
    assert "没有找到" in answer.content.decode()
    assert middleware.process_exception(request_of(), ZeroDivisionError()) is None


def test_200_megabytes_are_refused_before_they_are_read():
    class Endless(io.RawIOBase):
        def read(self, size=-1):
            raise AssertionError("the body was read")

    answer = Client().generic(
        "POST", "/sign-in/", b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(200 * 1024 * 1024)
    )
    assert answer.status_code == 413
    assert "20 MB" in answer.content.decode()


def test_a_body_without_a_sane_length_is_refused():
    assert Client().generic("POST", "/sign-in/", b"", CONTENT_LENGTH="-5").status_code == 413


def test_a_stale_form_says_what_to_do():
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"phone": "13900000001"})
    assert answer.status_code == 403
    assert "刷新" in answer.content.decode()


@pytest.mark.parametrize("host", ["evil.example", "localhost:8000@evil"])
def test_a_foreign_host_is_not_answered(host):
    assert Client().get("/", HTTP_HOST=host).status_code == 400


def test_every_answer_carries_its_protection():
    answer = Client().get("/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"


class TestLogs:
    @pytest.fixture
    def written(self, monkeypatch):
        stream = io.StringIO()
        root = logging.getLogger()
        kept, level = root.handlers[:], root.level
        logs.configure({"level": "INFO"})
        root.handlers[0].setStream(stream)
        yield stream.getvalue
        root.handlers[:] = kept
        root.setLevel(level)

    def test_a_faults_words_are_not_written(self, written):
        try:
            raise ValueError("450107194506030242 13900000001")
        except ValueError:
            logging.getLogger("tests").exception("worker_step_failed")
        line = json.loads(written())
        assert line["fault"] == "ValueError"
        assert "4501071945" not in written()
        assert "139000" not in written()

    def test_a_path_is_written_as_its_route(self, written):
        Client().get("/verify/7K4M-450107194506030242/")
        Client().get("/nowhere/13900000001/")
        assert "450107194506030242" not in written()
        assert "13900000001" not in written()


class TestHealth:
    def test_alive_ready_and_measured(self):
        assert Client().get("/livez").content == b"ok"
        ready = Client().get("/readyz")
        assert set(ready.json()) == {"database", "outbox", "timers", "sealer"}
        assert b"yizhan_outbox_ready" in Client().get("/metrics").content

    def test_not_ready_where_work_is_overdue(self):
        make_timer(overdue=timedelta(minutes=2))
        answer = Client().get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["timers"] is False
