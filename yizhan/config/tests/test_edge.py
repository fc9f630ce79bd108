"""The edge: unmarked routes, refusals, large bodies, forged forms, and what never reaches a log."""

import io
import json
import logging
from datetime import timedelta

import pytest
import structlog
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory

from yizhan.config import logs
from yizhan.config.middleware import AccessMiddleware, RefusalMiddleware
from yizhan.kernel.api import Actor, NotFound, Refusal, access
from yizhan.kernel.testing import make_timer
from yizhan.people import testing as people

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


def test_what_is_too_large_is_told_in_the_readers_language_and_runs_no_script():
    more = {"CONTENT_LENGTH": str(200 * 1024 * 1024), "headers": {"Accept-Language": "en"}}
    answer = Client().generic("POST", "/sign-in/", b"", content_type="multipart/form-data; boundary=x", **more)
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert '<html lang="en">' in answer.content.decode()


def test_a_body_without_a_sane_length_is_refused():
    assert Client().generic("POST", "/sign-in/", b"", CONTENT_LENGTH="-5").status_code == 413


def test_who_tries_too_often_is_told_in_his_language_when_to_come_again(settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    browser = Client(headers={"Accept-Language": "en"}, REMOTE_ADDR="203.0.113.9")
    answers = [browser.post("/sign-in/password/", {"login": "", "password": ""}) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 429]
    assert "wait a minute" in answers[1].content.decode()
    assert (answers[1]["Retry-After"], answers[1]["Content-Type"]) == ("60", "text/html; charset=utf-8")


def test_a_lock_says_for_how_long():
    class Locked(Refusal):
        status = 429

    answer = RefusalMiddleware(lambda r: HttpResponse()).process_exception(request_of(), Locked(minutes=7))
    assert (answer.status_code, answer["Retry-After"]) == (429, "420")


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


def test_a_fault_tells_nothing_of_the_inside(monkeypatch):
    def breaks():
        raise ValueError("450107194506030242 at /srv/secret")

    monkeypatch.setattr("yizhan.config.health.read_state", breaks)
    answer = Client(raise_request_exception=False).get("/metrics")
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    for inside in ("450107194506030242", "secret", "ValueError", "Traceback", "breaks"):
        assert inside not in page


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

    def test_a_line_break_in_a_value_begins_no_line(self, written):
        structlog.stdlib.get_logger("tests").warning("tried", name='x\n{"event": "forged"}\r')
        assert len(written().splitlines()) == 1
        assert json.loads(written())["name"].startswith("x\n")

    def test_who_was_not_allowed_what_is_written(self, written):
        browser = Client()
        account = people.make_account(resident=people.make_resident())
        browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert browser.get("/office/").status_code == 403
        line = next(one for one in map(json.loads, written().splitlines()) if one["event"] == "access_denied")
        assert (line["permission"], line["actor"]) == ("matters.office", f"account:{account.pk}")


class TestHealth:
    def test_alive_ready_and_measured(self):
        assert Client().get("/livez").content == b"ok"
        ready = Client().get("/readyz")
        assert set(ready.json()) == {"database", "outbox", "timers", "sealer"}
        assert b"yizhan_outbox_ready" in Client().get("/metrics").content

    @pytest.mark.parametrize("far", [{"REMOTE_ADDR": "203.0.113.7"}, {"HTTP_X_FORWARDED_FOR": "203.0.113.7"}])
    def test_is_measured_from_this_machine_alone(self, far):
        assert Client().get("/metrics", **far).status_code == 404

    def test_or_by_whoever_knows_the_token(self, settings):
        settings.YIZHAN_METRICS_TOKEN = "a-long-token"
        assert Client().get("/metrics").status_code == 404
        assert Client().get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
        far = Client(headers={"Authorization": "Bearer a-long-token"}, REMOTE_ADDR="203.0.113.7")
        assert b"yizhan_outbox_ready" in far.get("/metrics").content

    def test_not_ready_where_work_is_overdue(self):
        make_timer(overdue=timedelta(minutes=2))
        answer = Client().get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["timers"] is False
