"""The permission matrix: every route, every role, both methods; of the place and of another.

`matrix.toml` says who may. What it does not say is refused: a new route fails here until its rows are written, by

    YIZHAN_MATRIX=write .venv/bin/pytest tests/access/test_matrix.py -k anew

and read by a person in the diff. What must hold whatever is written there stands in `TestWhateverIsWritten`.
"""

import json
import os
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.test import Client, override_settings

from tests.access import city as town
from tests.access import routes as walk
from yizhan.kernel.api import Actor, access
from yizhan.look.testing import plain_static_files
from yizhan.people import api as people_api

pytestmark = pytest.mark.long
TABLE = Path(__file__).with_name("matrix.toml")
METHODS = ("GET", "POST")
YES, NO, HIDDEN, SIGN_IN = "", "!", "~", "?"
# Which of the cases stands in an address; all others are in the office.
STAGES = (
    ("my/apply/", "draft"),
    ("desk/deliver/", "decided"),
    ("desk/done/", "just_accepted"),
    ("desk/print/", "just_accepted"),
    ("desk/", "at_desk"),
    ("api/v1/cases/<uuid:case_id>/decision", "decided"),
)
STAFF = tuple(role for role in town.PAGES if role not in ("anonymous", "applicant", "agent", "stranger"))
GROUPS = {
    "everybody": town.PAGES[1:],
    "residents": ("applicant", "agent", "stranger"),
    "staff": STAFF,
    "machines": town.MACHINES,
    "elsewhere": tuple(role for role in STAFF if role.endswith("_elsewhere")),
    "keepers": ("administrator", "security_officer", "auditor"),
}
ELSEWHERE = {role for role in (*town.PAGES, *town.MACHINES) if role.endswith("_elsewhere")}
# Every desk of the city hands over, takes in what was asked for or taken back, once it knows the code and the card.
FOR_ANY_DESK = {"matters:deliver", "matters:desk_supplement", "matters:desk_withdraw"}
# Answered alike whatever is named, and nothing of another's is touched.
BLIND = {"notices:read"}
# What anybody who is signed in may say of a shop.
ANYBODYS_WORD = {"places:closed"}
# What is asked of an outlet that nobody has claimed and no plan has touched yet.
FREE = {"places:claim"}
# Whole enough to be read: what is asked then is whose case it is.
BODIES = {
    "findings": {"attribute": "alive", "value": True, "source": "名册"},
    "supplement-request": {"materials": ["identity_card"], "note": "看不清"},
    "proposal": {"outcome": "refused", "reasons": "样例"},
    "materials": {"materials": [{"id": "identity_card", "content": ""}]},
}
FORMS = {
    "matters:office_act": {"cause": "death", "reason": "死亡证明已核"},
    "matters:office_sign": {"proposed_at": "2026-11-24T07:00:00+00:00"},
}
ROUTES = {route.pattern: route for route in walk.routes()}


@pytest.fixture(scope="module", autouse=True)
def _sessions_in_cookies() -> Iterator[None]:
    """Where a session is kept does not matter here, and a database's is slower."""
    with override_settings(SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies"):
        yield


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker) -> Iterator[town.City]:
    """Built once, in one transaction that is rolled back; each question in a savepoint of its own."""
    with (
        django_db_blocker.unblock(),
        plain_static_files(),
        time_machine.travel(town.LATER, tick=False),
        transaction.atomic(),
    ):
        yield town.build()
        transaction.set_rollback(True)


def roles_asked(route: walk.Route) -> tuple[str, ...]:
    """Who is asked at this route.

    Tokens count under /api/ alone: elsewhere a machine is a stranger. An address that names no thing is the same for
    people of another place.
    """
    asked = (*town.PAGES, *town.MACHINES) if route.is_of_the_api else town.PAGES
    return tuple(role for role in asked if route.converters or not role.endswith("_elsewhere"))


def address(city: town.City, route: walk.Route, role: str) -> str:
    stage = next((stage for begin, stage in STAGES if route.pattern.startswith(begin)), "in_office")
    if role in ("terminal", "terminal_elsewhere", "desk_system", "desk_system_elsewhere"):
        stage = "at_desk"
    things = {**city.things, "case_id": city.cases[stage]}
    if "near" in route.pattern:
        things["resident_id"] = city.things["near"]
    if route.pattern.startswith("admin/calendar/"):
        things["notice_id"] = city.things["calendar_notice"]
    if route.name in FREE:
        things["outlet_id"] = city.things["free_outlet"]
    return route.url(things)


def leads_on(answer: HttpResponse) -> bool:
    return answer.status_code == 302 and not answer["Location"].startswith(resolve_url(settings.LOGIN_URL))


def outcome(response, route: walk.Route, role: str) -> str:
    status = response.status_code
    assert status < 500, f"{response.request['PATH_INFO']}: {status}"
    to_sign_in = status == 302 and response["Location"].startswith(resolve_url(settings.LOGIN_URL) + "?")
    if status == 401 or to_sign_in:
        return SIGN_IN
    # A method that a route does not have is refused like what one may not do.
    return {403: NO, 405: refused(route, role), 404: HIDDEN}.get(status, YES)


def ask(city: town.City, role: str) -> dict[tuple[str, str], str]:
    """What this role gets at every route by both methods."""
    client, found = city.client(role), {}
    signed_in = client.cookies.copy()
    actor = city.actor(role)
    for number, (pattern, route) in enumerate(ROUTES.items()):
        if route.is_public or role not in roles_asked(route):
            continue
        for method in _methods(route, actor, number):
            with transaction.atomic():
                client.cookies = signed_in.copy()
                answer = call(client, method, address(city, route, role), route)
                found[pattern, method] = outcome(answer, route, role)
                transaction.set_rollback(True)
    return found


def _methods(route: walk.Route, actor: Actor, number: int) -> tuple[str, ...]:
    """Both; one of them where the door itself is shut for both alike: it does not look at the method."""
    permission = route.permissions.get("*")
    if permission is None or access.may(actor, permission):
        return METHODS
    return (METHODS[number % 2],)


def call(client: Client, method: str, url: str, route: walk.Route) -> HttpResponse:
    if method == "GET":
        answer = client.get(url)
        # Where it leads to is what one gets.
        return client.get(answer["Location"]) if leads_on(answer) else answer
    if not route.is_of_the_api:
        return client.post(url, FORMS.get(route.name, {}))
    body = BODIES.get(route.pattern.rsplit("/", 1)[-1], {})
    return client.post(url, json.dumps(body), content_type="application/json")


def refused(route: walk.Route, role: str) -> str:
    """What one gets where nothing is written."""
    is_stranger = role == "anonymous" or (route.is_of_the_api and role not in town.MACHINES)
    return SIGN_IN if is_stranger else NO


def written() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return table


def expected(row: Mapping[str, str], method: str, route: walk.Route, role: str) -> str:
    words = row.get(method, "").split()
    marks: dict[str, str] = {}
    for word in words:
        name = word.lstrip("~!?")
        members = GROUPS[name[1:]] if name.startswith("@") else (name,)
        marks |= {one: marks.get(one, word[: len(word) - len(name)]) for one in members}
    return marks.get(role, refused(route, role))


def grouped(marks: dict[str, str], asked: tuple[str, ...]) -> str:
    """The row in words, groups where the whole of a group gets the same."""
    words, left = [], dict(marks)
    for name, members in GROUPS.items():
        those = [one for one in members if one in asked]
        if those and all(one in left for one in those) and len({left[one] for one in those}) == 1:
            words.append(f"{left[those[0]]}@{name}")
            left = {role: mark for role, mark in left.items() if role not in those}
    return " ".join([*words, *(mark + role for role, mark in left.items())])


@pytest.mark.parametrize("role", [*town.PAGES, *town.MACHINES])
def test_everybody_gets_what_is_written_and_nothing_else(city: town.City, role: str) -> None:
    table = written()
    wrong = [
        f"{method} /{pattern}: {names(got)}, not {names(due)}"
        for (pattern, method), got in ask(city, role).items()
        if got != (due := expected(table.get("/" + pattern, {}), method, ROUTES[pattern], role))
    ]
    assert wrong == []


def names(mark: str) -> str:
    return {YES: "may", NO: "refused", HIDDEN: "not there", SIGN_IN: "to sign in"}[mark]


def test_no_row_is_hollow() -> None:
    """Where a thing stands in the address somebody gets at it; else nobody was asked about a thing that is there."""
    hollow = [
        pattern
        for pattern, row in written().items()
        if ROUTES[pattern[1:]].converters and all(word[0] in "~!?" for words in row.values() for word in words.split())
    ]
    assert hollow == []


def test_every_role_is_asked() -> None:
    """By its name, or by that of whose it is: a role that comes to be comes into the table."""
    called = {"desk_clerk": "clerk", "delivery_clerk": "deliverer", "office_lead": "lead", "office_head": "head"}
    assert {called.get(role, role) for role in people_api.Role} <= set(town.PAGES)


def test_every_route_has_its_row() -> None:
    guarded = {"/" + pattern for pattern, route in ROUTES.items() if not route.is_public}
    assert set(written()) == guarded


@pytest.mark.skipif(os.environ.get("YIZHAN_MATRIX") != "write", reason="writes the table")
def test_written_anew(city: town.City) -> None:
    rows: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for role in (*town.PAGES, *town.MACHINES):
        for (pattern, method), got in ask(city, role).items():
            line = rows["/" + pattern]
            if got != refused(ROUTES[pattern], role):
                line[method][role] = got
    text = "# Who gets in where: `role` may, `~role` finds nothing there; who is not named is refused.\n"
    text += "# Written by tests/access/test_matrix.py, read by people.\n"
    text += "".join(f"# @{name}: {' '.join(members)}\n" for name, members in GROUPS.items())
    for pattern, row in sorted(rows.items()):
        asked = roles_asked(ROUTES[pattern[1:]])
        text += f'\n["{pattern}"]\n'
        text += "".join(f'{method} = "{grouped(row[method], asked)}"\n' for method in METHODS if row[method])
    TABLE.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("method", METHODS)
class TestWhateverIsWritten:
    """What no table may allow."""

    def test_nobody_elsewhere_gets_at_a_thing(self, method: str) -> None:
        assert breaches(method, [r for r in ROUTES.values() if "case_id" in r.converters], ELSEWHERE) == FOR_ANY_DESK

    def test_what_one_has_begun_is_nobody_elses(self, method: str) -> None:
        """A table half taken in is its uploader's, a plan its planner's, a sign-in its owner's."""
        for thing, owner in (("draft_id", "data_steward"), ("scenario_id", "planner"), ("device_id", "applicant")):
            routes = [r for r in ROUTES.values() if thing in r.converters]
            assert routes
            assert breaches(method, routes, {*town.PAGES, *town.MACHINES} - {owner}) == set()

    def test_a_stranger_gets_at_nothing_of_others(self, method: str) -> None:
        things = {"case_id", "resident_id", "relation_id", "document_id", "file_id"}
        things |= {"device_id", "draft_id", "scenario_id", "notice_id", "delegation_id"}
        own = [r for r in ROUTES.values() if things & set(r.converters)]
        assert breaches(method, own, {"stranger"}) - BLIND == set()

    def test_who_keeps_the_house_has_no_hand_in_a_case(self, method: str) -> None:
        matters = [r for r in ROUTES.values() if r.pattern.startswith(("desk/", "office/", "my/", "cases/"))]
        assert breaches(method, matters, set(GROUPS["keepers"]) | {"supervisor"}) == set()

    def test_the_auditor_changes_nothing_but_what_is_his_own(self, method: str) -> None:
        others = [r for r in ROUTES.values() if not r.pattern.startswith(("me/", "welcome/"))]
        assert method == "GET" or breaches(method, others, {"auditor"}) - ANYBODYS_WORD == set()

    def test_nobody_comes_in_without_a_name(self, method: str) -> None:
        assert breaches(method, list(ROUTES.values()), {"anonymous"}) == set()

    def test_a_machine_signs_nothing(self, method: str) -> None:
        assert not [p for p, r in ROUTES.items() if r.is_of_the_api and r.permissions.get(method) == "matters.sign"]


def breaches(method: str, routes: list[walk.Route], roles: set[str]) -> set[str]:
    """Routes at which one of these gets in, by the table."""
    table = written()
    return {
        route.name
        for route in routes
        for role in roles
        if not route.is_public
        and role in roles_asked(route)
        and expected(table.get("/" + route.pattern, {}), method, route, role) == YES
    }
