"""Ten aimed kills. After each: nothing answered is lost, nothing is done twice, the evidence holds, nobody repairs."""

import threading
from uuid import uuid4

import pytest

from tests.crash.city import PATIENCE_S, Filing, wait_until
from tests.crash.faults import TIMER

pytestmark = [pytest.mark.crash, pytest.mark.xdist_group("crash")]

EFFECTS = """
SELECT (SELECT count(*) FROM kernel_fact WHERE name = 'matters.CaseAccepted' AND subject_id = c.id::text),
       (SELECT count(*) FROM clocks_clock WHERE subject_id = c.id::text),
       (SELECT count(*) FROM kernel_auditline WHERE subject_id = c.id::text AND action = 'matters.case.accept'),
       (SELECT count(*) FROM notices_notice WHERE subject_id = c.id::text),
       (SELECT count(*) FROM messaging_message m JOIN notices_notice n ON m.reference = 'notices:' || n.id
        WHERE n.subject_id = c.id::text AND m.state = 'sent'),
       c.state
FROM matters_case c WHERE c.id = %s
"""


def recover(city):
    """An ordinary worker finishes what was left; then everything answered has happened, once."""
    with city.running(city.worker()) as worker:
        city.until_quiet(worker)
    everything_happened_once(city)


def everything_happened_once(city):
    for case_id in city.filed:
        assert city.sql(EFFECTS, case_id) == [(1, 1, 1, 1, 1, "accepted")], case_id
    assert city.one("SELECT count(*) FROM matters_case") == len(city.filed)
    assert (
        city.one("SELECT count(*) FROM (SELECT reference FROM messaging_message GROUP BY 1 HAVING count(*) > 1) d") == 0
    )
    evidence_holds()


def evidence_holds():
    from django.db import connection

    from yizhan.config.verify import verify_evidence

    connection.close()
    report = verify_evidence()
    connection.close()
    assert report["holds"], report


def file_one(city):
    filing = Filing(city, city.clerks[0])
    wait_until(filing.go_on)
    return filing


@pytest.fixture
def web(city):
    """A web process that answers: the one of the round before, if that is well."""
    return city.web_that_answers()


# ── 1 to 3: the web process ──


@pytest.mark.parametrize(
    ("where", "is_committed"),
    [
        pytest.param("answer", True, id="after-commit-before-answer"),
        pytest.param("UPDATE kernel_idempotencykey", False, id="before-commit"),
    ],
)
def test_web_killed_while_it_files_a_case(city, where, is_committed):
    """The web command itself lives on and begins anew; a second death within seconds would end it."""
    city.fresh_web()
    before = city.one("SELECT count(*) FROM matters_case")
    filing = Filing(city, city.clerks[0])
    filing.file_into(where)
    assert city.one("SELECT count(*) FROM matters_case") == before + is_committed

    wait_until(filing.go_on)
    first = filing.case_id
    assert filing.go_on()
    assert filing.case_id == first
    recover(city)


def test_web_killed_under_load(city, web):
    with load(city) as filings:
        wait_until(lambda: len(filings) > 3)
        web.kill()
        city.fresh_web()
    recover(city)


class load:  # noqa: N801
    """Three clerks file one case after another; at the end each finishes the one in hand."""

    def __init__(self, city):
        self.city, self.filings, self.failures = city, [], []
        self.ending = threading.Event()

    def __enter__(self):
        self.threads = [threading.Thread(target=self._work, args=(clerk,)) for clerk in self.city.clerks]
        for thread in self.threads:
            thread.start()
        return self.filings

    def __exit__(self, *_fault):
        self.ending.set()
        for thread in self.threads:
            thread.join(PATIENCE_S)
        assert not self.failures
        assert not any(thread.is_alive() for thread in self.threads)

    def _work(self, clerk):
        try:
            while not self.ending.is_set():
                filing = Filing(self.city, clerk)
                wait_until(filing.go_on)
                self.filings.append(filing)
        except BaseException as failure:
            self.failures.append(failure)


# ── 4 to 9: the worker ──


@pytest.mark.parametrize(
    "where",
    [
        pytest.param('INSERT INTO "notices_notice"', id="handler-running"),
        pytest.param("WITH ended AS.*'done'", id="effect-and-end-not-committed"),
        pytest.param('UPDATE "messaging_message"', id="text-handed-over-not-committed"),
        pytest.param('INSERT INTO "kernel_auditsealmember"', id="sealing"),
    ],
)
def test_worker_killed(city, web, where):
    case_id = file_one(city).case_id
    seals = city.one("SELECT count(*) FROM kernel_auditseal")
    assert city.worker(crash_after=where).was_killed()

    if "seal" in where:
        assert city.one("SELECT count(*) FROM kernel_auditseal") == seals
        assert city.one("SELECT count(*) FROM kernel_auditpending") > 0
    else:
        assert city.sql(EFFECTS, case_id)[0][4] == 0
    recover(city)


@pytest.mark.parametrize(
    "where",
    [
        pytest.param("kernel_auditline.*crash.rang", id="handler-of-a-timer-running"),
        pytest.param("DELETE FROM kernel_timer", id="timer-done-not-committed"),
    ],
)
def test_worker_killed_at_a_timer(city, where):
    bell, missed = f"bell-{uuid4()}", f"bell-{uuid4()}"
    set_timer(city, bell, "now()")
    assert city.worker(crash_after=where).was_killed()
    assert rings(city, bell) == 0
    set_timer(city, missed, "now() - interval '1 minute'")

    with city.running(city.worker()):
        wait_until(lambda: rings(city, bell) and rings(city, missed))
        set_timer(city, last := f"bell-{uuid4()}", "now() + interval '300 milliseconds'")
        wait_until(lambda: rings(city, last) and city.is_quiet())
    assert [rings(city, each) for each in (bell, missed, last)] == [1, 1, 1]
    assert city.one("SELECT count(*) FROM kernel_timer WHERE kind = %s", TIMER) == 0
    everything_happened_once(city)


def set_timer(city, bell, due_at):
    city.sql(
        "INSERT INTO kernel_timer (kind, subject_kind, subject_id, due_at, token, attempts, is_parked, last_error)"
        f" VALUES (%s, 'crash.bell', %s, {due_at}, 1, 0, false, '')",
        TIMER,
        bell,
    )
    city.sql("SELECT pg_notify('yizhan_wake', '')")


def rings(city, bell):
    return city.one("SELECT count(*) FROM kernel_auditline WHERE action = 'crash.rang' AND subject_id = %s", bell)


# ── 10 and 11: the database, and everything ──


def test_database_killed_under_load(city, web):
    """Web and worker live on and find the database again."""
    with city.running(city.worker()) as worker:
        with load(city) as filings:
            wait_until(lambda: len(filings) > 3)
            city.server.kill()
            city.server.start()
            met = len(filings)
            wait_until(lambda: len(filings) > met)
        city.until_quiet(worker)
        assert web.lives()
    everything_happened_once(city)


def test_asked_while_the_database_is_away(city, web):
    """Pages and the interface say to wait and when to come again; then they answer."""
    paths = ("/items/", "/api/v1/items")
    assert [city.get(path)[0] for path in paths] == [200, 200]
    city.server.kill()
    for path in paths:
        status, after, said = city.get(path)
        assert (status, after) == (503, "5"), path
        assert "数据库一时没有应答" in said
    city.server.start()
    assert [city.get(path)[0] for path in paths] == [200, 200]


def test_worker_started_while_the_database_is_away(city, web):
    """It waits for it; then it does everything, and what a worker does first."""
    nights = "FROM kernel_timer WHERE kind = 'documents.retention'"
    with load(city) as filings:
        wait_until(lambda: len(filings) > 1)
        city.sql(f"DELETE {nights}")
        city.server.kill()
        with city.running(city.start("worker", YIZHAN_LOG_LEVEL="WARNING")) as worker:
            wait_until(lambda: "database_lost" in city.said() or not worker.lives())
            city.server.start()
            met = len(filings)
            wait_until(lambda: len(filings) > met)
            city.until_quiet(worker)
            assert city.one(f"SELECT count(*) {nights}") > 0
    recover(city)


def test_everything_killed_at_once_and_started_again(city, web):
    worker = city.worker()
    with load(city) as filings:
        wait_until(lambda: len(filings) > 3)
        for process in (web, worker):
            process.kill()
        city.server.kill()
        city.server.start()
        city.fresh_web()
    recover(city)
    verify = city.start("verify", "--json")
    assert verify.popen.wait(PATIENCE_S) == 0
