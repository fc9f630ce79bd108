"""Whatever is sent, the answer is a problem that says what to mend, in the caller's language; never a fault."""

import gzip
import json
from types import SimpleNamespace

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.utils import translation

from tests.api.conftest import Caller, Town, make_caller, take_token
from tests.api.test_filing import filing
from yizhan.config import lane
from yizhan.config import rest as api
from yizhan.config import settings as product
from yizhan.kernel.api import Actor, Refusal, rates, times
from yizhan.look.api import machines
from yizhan.people import api as people_api
from yizhan.people import testing as people

Case = apps.get_model("matters.Case")
pytestmark = pytest.mark.django_db
DEEP = "[" * 5000 + "]" * 5000


def problem_of(answer) -> dict[str, object]:
    assert answer["Content-Type"] == machines.PROBLEM
    body = json.loads(answer.content)
    assert body["status"] == answer.status_code
    assert body["type"] == f"urn:yizhan:problem:{body['code']}"
    assert body["title"]
    assert body["detail"]
    return body


class TestTokens:
    @pytest.mark.parametrize(
        "header",
        [
            "Bearer",
            "Bearer x",
            "Bearer " + "x" * 9000,
            "Bearer a b",
            "Token x",
            "Bearer \u00e9",
            "bearer\t x",
            "Digest x",
        ],
    )
    def test_what_is_no_token_is_401(self, terminal: Caller, header: str) -> None:
        answer = terminal.get("/cases", Authorization=header)
        assert problem_of(answer)["code"] == "config.token_refused"
        assert answer["WWW-Authenticate"].startswith("Bearer ")

    def test_no_token_is_401(self, terminal: Caller) -> None:
        terminal.token = ""
        assert problem_of(terminal.get("/cases"))["code"] == "config.token_missing"

    def test_who_tries_out_tokens_is_counted(self, terminal: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(lane, "ANONYMOUS_CALLS_PER_MINUTE", 3)
        with time_machine.travel(times.utc_now(), tick=False):
            answers = [terminal.get("/cases", Authorization=f"Bearer guess{number}") for number in range(4)]
            # And nobody at the same address suffers from it.
            terminal.token, known = "", terminal.token
            assert terminal.get("/items").status_code == 200
            terminal.token = known
            assert terminal.get("/cases").status_code == 200
        assert [one.status_code for one in answers] == [401, 401, 401, 429]
        assert int(answers[3]["Retry-After"]) <= 60

    def test_who_tries_out_employee_numbers_is_told_how_many_calls_are_left(self, town: Town) -> None:
        answers = [town.office_system.get("/cases", Yizhan_Staff=f"T9999{number}") for number in range(2)]
        assert [one.status_code for one in answers] == [403, 403]
        assert int(answers[0]["RateLimit-Remaining"]) - int(answers[1]["RateLimit-Remaining"]) == 1

    def test_a_secret_in_an_address_is_refused_as_json(self, terminal: Caller) -> None:
        query = f"grant_type=client_credentials&client_id={terminal.client_id}&client_secret={terminal.secret}"
        kind = "application/x-www-form-urlencoded"
        answer = terminal.client.generic("POST", f"/api/v1/oauth/token?{query}", "a=b", content_type=kind)
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/json")

    def test_an_old_token_is_401(self, terminal: Caller) -> None:
        from oauth2_provider.models import AccessToken

        AccessToken.objects.update(expires=times.utc_now())
        assert terminal.get("/cases").status_code == 401

    def test_a_token_is_kept_as_a_checksum_and_a_secret_as_a_hash(self, terminal: Caller) -> None:
        from oauth2_provider.models import AccessToken, Application

        assert list(AccessToken.objects.values_list("token", flat=True)) == [""]
        kept = Application.objects.get(client_id=terminal.client_id).client_secret
        assert kept.startswith("md5$")  # the tests' own quick hash
        assert terminal.secret not in kept
        assert product.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")

    def test_a_revoked_system_is_out_at_once_and_stays_out(self, terminal: Caller) -> None:
        people_api.revoke_client(
            actor=Actor.system("tests"), machine_client_id=terminal.machine_client_id, at=times.utc_now()
        )
        assert terminal.get("/cases").status_code == 401
        assert take_token(terminal.client, terminal.client_id, terminal.secret).status_code == 401

    def test_a_token_given_back_is_worth_nothing(self, terminal: Caller) -> None:
        form = f"token={terminal.token}&client_id={terminal.client_id}&client_secret={terminal.secret}"
        kind = "application/x-www-form-urlencoded"
        assert terminal.client.post("/api/v1/oauth/revoke", form, content_type=kind).status_code == 200
        assert terminal.get("/cases").status_code == 401

    def test_a_stopped_organisation_has_no_systems(self, terminal: Caller) -> None:
        terminal.organisation.is_active = False
        terminal.organisation.save()
        assert terminal.get("/cases").status_code == 401

    @pytest.mark.parametrize("more", [{"scope": "cases.office"}, {"scope": "everything"}])
    def test_nobody_gets_a_scope_that_was_not_granted(self, terminal: Caller, more: dict[str, str]) -> None:
        answer = take_token(terminal.client, terminal.client_id, terminal.secret, **more)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")

    @pytest.mark.parametrize("grant", ["password", "authorization_code", "refresh_token", "", "implicit"])
    def test_client_credentials_and_nothing_else(self, terminal: Caller, grant: str) -> None:
        answer = take_token(terminal.client, terminal.client_id, terminal.secret, grant_type=grant)
        assert answer.status_code in {400, 401}

    @pytest.mark.parametrize("secret", ["", "wrong", "x" * 100_000, "%00", "é"])
    def test_a_wrong_secret_is_401(self, terminal: Caller, secret: str) -> None:
        assert take_token(terminal.client, terminal.client_id, secret).status_code == 401

    @pytest.mark.parametrize("client_id", ["", "nobody", "\x00", "x" * 5000])
    def test_a_system_that_is_not_registered_is_401(self, terminal: Caller, client_id: str) -> None:
        assert take_token(terminal.client, client_id, "x").status_code in {400, 401}

    def test_a_token_opens_no_page(self, terminal: Caller) -> None:
        answer = terminal.client.get("/desk/", headers={"Authorization": f"Bearer {terminal.token}"})
        assert answer.status_code == 302

    def test_a_session_opens_no_call(self, town: Town) -> None:
        browser = town.office_system.client
        browser.force_login(town.examiner.account, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert browser.get("/api/v1/cases").status_code == 401


class TestBodies:
    @pytest.mark.parametrize(
        ("body", "status"),
        [
            (b"", 415),
            (b"{", 400),
            (b"null", 422),
            (b"[]", 422),
            (b'"x"', 422),
            (b"{}", 422),
            (b"\xff\xfe{}", 400),
            (b'{"item": "\\ud800"}', 400),
            (b'{"item": "a\\u0000b"}', 400),
            (b'{"item": NaN}', 400),
            (b'{"item": "a", "item": "b"}', 400),
            (b'{"applicant": {"id_number": "a", "id_\\u006eumber": "b"}}', 400),
            (b'{"item": 1e999}', 422),
            (DEEP.encode(), 400),
            (b'{"item": "' + b"x" * 100_000 + b'"}', 422),
            (gzip.compress(b"{}", mtime=0), 400),
        ],
    )
    def test_broken_ones_are_refused(self, terminal: Caller, body: bytes, status: int) -> None:
        answer = terminal.post("/cases", body, key="k")
        problem_of(answer)
        assert answer.status_code == status

    @pytest.mark.parametrize(
        "change",
        [
            {"item": ""},
            {"item": "no_such_item"},
            {"item": "x" * 61},
            {"applicant": {"id_number": "1" * 18}},
            {"applicant": {"id_number": "x" * 18}},
            {"applicant": {"id_number": "450107194506032\ud7ff8"}},
            {"agent": {"id_number": ""}},
            {"identity_level": -1},
            {"identity_level": 10**30},
            {"identity_level": 2.5},
            {"declaration": ""},
            {"answers": {"card_number": None}},
            {"answers": {"card_number": ["6217"]}},
            {"answers": {"x" * 61: "1"}},
            {"answers": {f"f{n}": "x" for n in range(101)}},
            {"materials": [{"id": "identity_card", "content": "not base64"}]},
            {"materials": [{"id": "identity_card", "content": "AAAA"}]},
            {"materials": [{"id": "identity_card", "content": ""}] * 31},
            {"unknown": 1},
        ],
        ids=str,
    )
    def test_wrong_ones_are_refused_and_leave_nothing(self, terminal: Caller, change: dict[str, object]) -> None:
        answer = terminal.post("/cases", {**filing(people.make_resident(level=3).id_number), **change}, key="k")
        problem_of(answer)
        assert 400 <= answer.status_code < 500
        assert Case.objects.count() == 0

    @pytest.mark.parametrize(
        ("change", "at"),
        [
            ({"identity_level": "x"}, "body.identity_level"),
            ({"answers": {"card_number": "62170", "bank": "样例银行", "delivery": "desk"}}, "body.answers.card_number"),
        ],
    )
    def test_what_has_to_be_mended_is_named_by_its_place(
        self, terminal: Caller, change: dict[str, object], at: str
    ) -> None:
        body = {**filing(people.make_resident(level=3).id_number), **change}
        problem = problem_of(terminal.post("/cases", body, key="k", Accept_Language="en"))
        (error,) = problem["errors"]
        assert (problem["status"], error["at"]) == (422, at)
        assert error["text"].isascii()

    @pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", ""])
    def test_another_type_is_415(self, terminal: Caller, kind: str) -> None:
        answer = terminal.post("/cases", "{}", key="k", Content_Type=kind)
        assert (answer.status_code, problem_of(answer)["code"]) == (415, "config.media_type")

    def test_one_that_is_too_large_is_413(self, terminal: Caller) -> None:
        most = settings.MAX_UPLOAD_BYTES * 4 // 3 + 64 * 1024
        answer = terminal.client.generic(
            "POST",
            "/api/v1/cases",
            b"{}",
            content_type="application/json",
            headers={"Authorization": f"Bearer {terminal.token}", "Idempotency-Key": "k"},
            CONTENT_LENGTH=str(most + 1),
        )
        assert (answer.status_code, problem_of(answer)["code"]) == (413, "config.too_large")

    def test_one_without_length_is_refused(self, terminal: Caller) -> None:
        answer = terminal.post("/cases", b"{}", key="k", Transfer_Encoding="chunked")
        assert problem_of(answer)["code"] == "config.length_missing"

    def test_a_photograph_is_not_too_large(self, terminal: Caller) -> None:
        body = filing(people.make_resident(level=3).id_number)
        body["materials"][0]["content"] = "A" * (4 * 1024 * 1024)
        # It is no picture, which nobody could say who had not read it.
        assert str(problem_of(terminal.post("/cases", body, key="k"))["code"]).startswith("documents.")


class TestAddresses:
    @pytest.mark.parametrize(
        "path",
        ["/cases/%00", "/items/a%00b", "/cases?state=%00", "/items/..%2f..", "/no/such", "/cases/", "/cases/x/y/z"],
    )
    def test_nonsense_is_refused(self, terminal: Caller, path: str) -> None:
        assert problem_of(terminal.get(path))["status"] in {400, 404}

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD", "NONSENSE"])
    def test_another_method_is_405_and_says_which(self, terminal: Caller, method: str) -> None:
        answer = terminal.call(method, "/cases")
        assert (answer.status_code, answer["Allow"]) == (405, "GET, POST")

    @pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "limit=-1", "state=%27", "state=DROP"])
    def test_wrong_parameters_are_422(self, terminal: Caller, query: str) -> None:
        assert problem_of(terminal.get(f"/cases?{query}"))["code"] == "api.content"

    @pytest.mark.parametrize("number", ["", "x" * 5000, "\u00e9", "' OR 1=1", "T99999"])
    def test_staff_who_are_not_there(self, town: Town, number: str) -> None:
        answer = town.office_system.get("/cases", Yizhan_Staff=number)
        assert answer.status_code == (200 if number == "" else 403)

    def test_a_foreign_host_is_not_answered(self, terminal: Caller) -> None:
        terminal.token = ""
        answer = terminal.get("/items", Host="evil.example")
        assert (answer.status_code, problem_of(answer)["code"]) == (400, "config.host")

    @pytest.mark.parametrize("path", ["/items", "/cases", "/no/such", "/openapi.json"])
    def test_no_answer_is_a_page_in_a_browser(self, terminal: Caller, path: str) -> None:
        answer = terminal.get(path)
        assert answer["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer["X-Content-Type-Options"] == "nosniff"

    def test_who_was_not_allowed_what_is_written(self, terminal: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
        logged: list[tuple[str, dict[str, object]]] = []
        monkeypatch.setattr(lane, "log", SimpleNamespace(info=lambda event, **told: logged.append((event, told))))
        assert terminal.post("/desk/cases", {}, key="k").status_code == 403
        denied = {"permission": "matters.take_in", "actor": f"client:{terminal.machine_client_id.hex}"}
        assert ("access_denied", denied) in logged

    def test_a_fault_is_logged_by_its_route_alone(self, terminal: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
        def breaks(*_: object) -> object:
            raise ZeroDivisionError

        logged: dict[str, object] = {}
        monkeypatch.setattr(lane, "_enter", breaks)
        monkeypatch.setattr(lane, "log", SimpleNamespace(exception=lambda _event, **told: logged.update(told)))
        answer = terminal.get("/items/450107194506030242")
        assert (answer.status_code, problem_of(answer)["code"]) == (500, "api.fault")
        assert logged["route"] == "api/v1/items/<str:code>"


class TestRates:
    def test_headers_say_how_many_are_left(self, terminal: Caller) -> None:
        first, second = terminal.get("/client"), terminal.get("/client")
        assert int(first["RateLimit-Limit"]) == 1200
        assert int(first["RateLimit-Remaining"]) - int(second["RateLimit-Remaining"]) == 1
        assert 1 <= int(first["RateLimit-Reset"]) <= 60

    def test_one_too_many_is_429(self, desk) -> None:
        system = make_caller(desk, "cases.hand_in", calls_per_minute=3)
        with time_machine.travel(times.utc_now(), tick=False):
            answers = [system.get("/client") for _ in range(4)]
        assert [one.status_code for one in answers] == [200, 200, 200, 429]
        assert problem_of(answers[3])["code"] == "config.too_many_calls"
        assert int(answers[3]["Retry-After"]) <= 60

    def test_the_next_minute_begins_anew(self, db) -> None:
        now = times.utc_now().replace(second=0)
        assert [rates.count_one("x", limit=1, at=now).remaining for _ in range(3)] == [0, -1, -1]
        assert rates.count_one("x", limit=1, at=now.replace(minute=(now.minute + 1) % 60)).remaining == 0

    def test_who_guesses_secrets_is_counted_too(self, terminal: Caller) -> None:
        first = take_token(terminal.client, terminal.client_id, "wrong")
        assert int(first["RateLimit-Limit"]) == lane.ANONYMOUS_CALLS_PER_MINUTE


class TestLanguages:
    def test_a_problem_speaks_the_callers_language(self, terminal: Caller) -> None:
        chinese, english = (terminal.get("/cases/x", Accept_Language=one) for one in ("zh-CN", "en"))
        assert chinese["Content-Language"] == "zh-hans"
        assert problem_of(chinese)["detail"] == "没有这个地址。"
        assert english["Content-Language"] == "en"
        assert problem_of(english)["detail"] == "There is no such address."

    def test_every_word_of_the_edge_is_in_both_languages(self) -> None:
        refusals = [one for one in vars(machines).values() if isinstance(one, type) and issubclass(one, Refusal)]
        refusals += [one for one in vars(lane).values() if isinstance(one, type) and issubclass(one, Refusal)]
        words = [one.message for one in refusals] + [*machines.TITLES.values(), *api.MENDS.values(), api.OTHERWISE]
        with translation.override("en"):
            chinese = [str(one) for one in words if any("\u4e00" <= letter <= "\u9fff" for letter in str(one))]
        assert chinese == []


class TestDocument:
    def test_is_openapi_3_1_and_public(self, client) -> None:
        document = client.get("/api/v1/openapi.json").json()
        assert document["openapi"].startswith("3.1")
        assert len(document["paths"]) > 12

    def test_has_a_page_without_outside_parts(self, client) -> None:
        page = client.get("/api/").content.decode()
        assert "POST /api/v1/cases" in page
        assert "//cdn" not in page
        assert 'src="http' not in page
