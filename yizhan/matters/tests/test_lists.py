"""An office's lists with many cases: found in their indexes, counted up to a limit, reached to the last."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yizhan.kernel.api import Actor
from yizhan.look.testing import plain_static_files
from yizhan.matters import api as matters
from yizhan.matters.models import Case
from yizhan.matters.queries import lists
from yizhan.matters.rules.states import State
from yizhan.matters.testing import NOON, bring_to, make_town
from yizhan.people import testing as people

LATER = NOON + timedelta(days=1)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
OPEN, DONE = 70, 130
QUEUES = (
    "/office/",
    "/office/?whose=mine",
    "/office/?whose=free",
    "/office/?whose=sign",
    "/office/?light=green",
    "/office/?light=black&whose=mine",
    "/office/?item=高龄津贴",
    "/office/?page=2",
    "/office/?page=9999",
)
FILTERS = {"whose", "light", "item"}
DECIDED = ("/office/done/", "/office/done/?page=5", "/office/done/?page=9999")

# Copies of one case and of its clock: another number, another item, an hour later each.
_COPIES = """
INSERT INTO matters_case SELECT (jsonb_populate_record(c, jsonb_build_object(
    'id', md5(%(name)s || n)::uuid, 'reference', %(name)s || n, 'item_code', %(name)s || n,
    'pickup_index', '\\x' || md5(%(name)s || n), 'decided_at', c.decided_at + n / 2 * interval '1 hour',
    'due_on', c.due_on + n / 3,
    'responsible_organisation_id', (%(offices)s::uuid[])[1 + n %% cardinality(%(offices)s::uuid[])]))).*
FROM matters_case c, generate_series(1, %(count)s) AS n WHERE c.id = %(case_id)s
"""
_CLOCKS = """
INSERT INTO clocks_clock SELECT (jsonb_populate_record(k, jsonb_build_object(
    'id', nextval(pg_get_serial_sequence('clocks_clock', 'id')), 'subject_id', md5(%(name)s || n)::uuid))).*
FROM clocks_clock k, generate_series(1, %(count)s) AS n
WHERE k.subject_kind = 'matters.case' AND k.subject_id = %(case_id)s::text
"""


def copy(case_id: UUID, name: str, count: int, offices: list[UUID]) -> None:
    values = {"case_id": case_id, "name": name, "count": count, "offices": offices}
    with connection.cursor() as cursor:
        cursor.execute(_COPIES, values)
        cursor.execute(_CLOCKS, values)


@dataclass(frozen=True)
class Office:
    client: Client
    examiner: Actor


@pytest.fixture
def office(db):
    """With some cases of either kind, and no other office."""
    yield from office_with(OPEN, DONE)


@pytest.fixture
def city(committed_db, owner_url):
    """The same office among the cases of others, counted by the server as it does by itself in time."""
    for one in office_with(60, 240, others=19):
        with psycopg.connect(owner_url, autocommit=True) as owner:
            owner.execute("VACUUM ANALYZE matters_case")
            owner.execute("VACUUM ANALYZE clocks_clock")
        yield one


def office_with(waiting, decided, *, others=0):
    """So many cases wait in the office and are decided, and as many in each of the others."""
    town = make_town()
    offices = [
        people.make_organisation("department", name=f"第{number}民政局", territory=f"46{number:04}").pk
        for number in range(others)
    ]
    whose = [*offices, town.office.pk]
    for state, name, count in ((State.ACCEPTED, "open", waiting), (State.GRANTED, "done", decided)):
        town.mother = people.make_resident(f"老人{name}", hukou_division=people.WANLI)
        copy(bring_to(town, state), name, len(whose) * count - 1, whose)
    client = Client()
    with time_machine.travel(LATER, tick=False), plain_static_files():
        client.force_login(people.Account.objects.get(pk=town.examiner.account_id), backend=BACKEND)
        yield Office(client, town.examiner)


def statements(client, address):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return [each["sql"] for each in asked.captured_queries]


def plans(client, address):
    """How the database does what a page asks it for of cases and clocks."""
    for statement in statements(client, address):
        if "matters_case" in statement or "clocks_clock" in statement:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {statement}")
                yield "\n".join(row[0] for row in cursor.fetchall())


def test_the_queue_is_found_in_its_index_with_the_lights_beside_it(city) -> None:
    for address in QUEUES:
        told = list(plans(city.client, address))
        assert not [each for each in told if has_scan(each)], "\n\n".join((address, *told))
        of_lists = [each for each in told if "case_office_open" in each]
        # What a filter leaves may come out of a narrower index; the counts and the list as a whole do not.
        assert len(of_lists) >= (1 if FILTERS & set(address.replace("=", "?").split("?")) else 2), told
        # The lights are counted out of the same index, without a look at the clocks.
        assert "clocks_clock" not in of_lists[0], "\n\n".join((address, *told))


def test_what_is_decided_is_found_in_its_index_in_order(city) -> None:
    for address in DECIDED:
        told = list(plans(city.client, address))
        assert not [each for each in told if has_scan(each)], "\n\n".join((address, *told))
        assert len([each for each in told if "case_office_done" in each]) == 2, "\n\n".join((address, *told))


def has_scan(plan):
    return "Seq Scan on matters_case" in plan or "Seq Scan on clocks_clock" in plan


def test_twelve_statements_at_most(office) -> None:
    for address in QUEUES + DECIDED:
        office.client.get(address)
        assert len(statements(office.client, address)) <= 12, address


def test_page_by_page_everything_once_in_order(office) -> None:
    wanted = list(Case.objects.of_offices(office.examiner).filter(state="accepted").order_by("due_on", "id"))
    pages = [queue(office, page=number) for number in (1, 2, 3, 4)]
    assert [row.case_id for page in pages for row in page.rows] == [case.pk for case in wanted]
    assert {(page.total, page.pages) for page in pages} == {(OPEN, 4)}
    assert [(page.first, page.last) for page in pages] == [(1, 20), (21, 40), (41, 60), (61, 70)]


def test_the_counts_are_what_the_list_comes_to(office) -> None:
    for wanted in (
        matters.QueueFilter(),
        matters.QueueFilter(whose="free"),
        matters.QueueFilter(whose="mine"),
        matters.QueueFilter(light="green", item="高龄津贴"),
        matters.QueueFilter(light="red"),
    ):
        counts = matters.queue_counts(office.examiner, wanted, LATER)
        assert counts.wanted == matters.office_queue(office.examiner, wanted, page=1, now=LATER).total
    assert counts.whose == {"all": OPEN, "free": OPEN}
    assert (counts.light, counts.item) == ({"green": OPEN}, {"高龄津贴": OPEN})


def queue(office, wanted=None, *, page):
    wanted = wanted or matters.QueueFilter()
    counts = matters.queue_counts(office.examiner, wanted, LATER)
    return matters.office_queue(office.examiner, wanted, page=page, now=LATER, counts=counts)


class TestMoreThanAreCounted:
    @pytest.fixture(autouse=True)
    def _few(self, monkeypatch):
        monkeypatch.setattr(lists, "MOST_COUNTED", 40)

    def test_the_queue_says_so_and_counts_the_most_urgent(self, office) -> None:
        page = queue(office, page=99)
        assert (page.total, page.is_more, page.number, len(page.rows)) == (40, True, 2, 20)
        counts = matters.queue_counts(office.examiner, matters.QueueFilter(), LATER)
        assert (counts.is_more, counts.wanted, counts.light) == (True, None, {"green": 40})
        shown = " ".join(office.client.get("/office/").content.decode().split())
        for words in ("40 件以上，急的在前", "下面只数了最急的", "共 40 件以上"):
            assert words in shown
        assert len(statements(office.client, "/office/?whose=free")) <= 12

    def test_a_filter_is_counted_by_itself(self, office) -> None:
        page = queue(office, matters.QueueFilter(whose="mine"), page=1)
        assert (page.total, page.is_more, page.rows) == (0, False, ())

    def test_older_and_older_leads_to_everything_once(self, office) -> None:
        seen, before, parts = [], "", 0
        while before or not parts:
            first, second = decided(office, 1, before), decided(office, 2, before)
            shown = (*first.rows, *second.rows) if second.number == 2 else first.rows
            seen += [row.case_id for row in shown]
            before, parts = second.older, parts + 1
        wanted = Case.objects.of_offices(office.examiner).filter(state="granted").order_by("-decided_at", "id")
        assert seen == [case.pk for case in wanted]
        assert (len(seen), parts) == (DONE, 4)

    def test_a_link_leads_on_and_one_back(self, office) -> None:
        last = office.client.get("/office/done/?page=2").context["page"]
        assert "?before=" in last.older
        assert "再早的" in office.client.get("/office/done/?page=2").content.decode()
        assert "回到最新的" in office.client.get(f"/office/done/{last.older}").content.decode()

    @pytest.mark.parametrize("before", ["x", "~", "2026-11-24~y", f"2026-11-24~{UUID(int=1)}", "\x00"])
    def test_a_place_that_makes_no_sense_is_the_beginning(self, office, before) -> None:
        assert decided(office, 1, before) == decided(office, 1, "")


def decided(office, page, before):
    return matters.decided_list(office.examiner, page=page, now=LATER, before=before)


_KEYS = """
INSERT INTO matters_casekey (id, case_id, item_code, kind, digest)
SELECT gen_random_uuid(), c.id, c.item_code, one.kind, sha256((c.id::text || one.kind)::bytea)
FROM matters_case c CROSS JOIN unnest(ARRAY['person', 'account', 'home']) AS one(kind)
"""


def test_what_looks_alike_is_found_by_its_keys(city, owner_url) -> None:
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("DELETE FROM matters_casekey")
        owner.execute(_KEYS)
        owner.execute("VACUUM ANALYZE matters_casekey")
    case_id = Case.objects.of_offices(city.examiner).order_by("pk").values_list("pk", flat=True).first()
    with CaptureQueriesContext(connection) as asked:
        assert matters.possible_duplicates(city.examiner, case_id) == ()
    (statement,) = [each["sql"] for each in asked.captured_queries if "matters_casekey" in each["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "casekey_alike" in plan, plan
    assert "Seq Scan" not in plan, plan
