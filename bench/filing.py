"""A case taken in at a desk, beside the same rows written by psycopg: with one commit each, by clients in processes.

The floor knows nothing: it writes rows of the product's own making again, with new ids and for another person, into
the same tables with the same indexes, constraints and triggers.
"""

import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from psycopg.types.json import Jsonb

from bench.floor import Connection, plain, sql
from bench.harness import AnswersDiffer, Row, in_turn, must_agree, row
from yizhan.kernel.api import Actor, RoleGrant, ids
from yizhan.matters import api as matters
from yizhan.matters import testing
from yizhan.people import testing as people

OPEN_ZAAK_STATEMENTS = 38.0
# What one filing leaves, beside the case: table → the column by which its rows are found.
LEFT = {
    "matters_case": "id",
    "matters_casekey": "case_id",
    "matters_casestep": "case_id",
    "matters_casematerial": "case_id",
    "people_recordread": "resident_id",
    "people_verifiedattribute": "resident_id",
    "kernel_timer": "subject_id",
    "kernel_fact": "subject_id",
    "kernel_auditline": "subject_id",
}


@dataclass(frozen=True, kw_only=True)
class Sizes:
    rounds: int
    each: int
    share: float


FULL = Sizes(rounds=5, each=150, share=1 / 6)
# Where others use the processor too, the side that does more of its work there loses more of it.
QUICK = Sizes(rounds=3, each=20, share=1 / 12)
CLIENTS = 4


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A clerk with somebody at the desk, and the household register read already."""

    clerk: Actor
    resident_id: UUID
    grant_id: UUID


def rows(sizes: Sizes) -> Iterator[Row]:
    town = testing.make_town()
    testing.late_notice_accepts()  # so that the desk's days run: the case has a clock from its first moment
    make = Visitors(town)
    warm, first = make.some(2)
    take_in(warm)
    with CaptureQueriesContext(connection) as statements:
        case_id = take_in(first)
    yield row(
        "statements of one filing (peer: Open Zaak 1.20)",
        float(len(statements)),
        "statement",
        at_most=28,
        peer=OPEN_ZAAK_STATEMENTS,
    )
    yield _against_the_floor(make, Template(case_id, first), sizes)


class Visitors:
    """People and the clerks before whom they stand, as many as are asked for."""

    def __init__(self, town: testing.Town) -> None:
        self.town, self._made = town, 0

    def some(self, count: int) -> list[Waiting]:
        numbers = range(self._made, self._made + count)
        self._made += count
        residents = people.make_residents(count, first=numbers.start)
        clerks = people.make_colleagues(self.town.desk, count, first=numbers.start)
        return [self._waiting(one) for one in people.make_intakes(clerks, residents, at=testing.NOON)]

    def _waiting(self, grant: Any) -> Waiting:
        place = RoleGrant(role="desk_clerk", organisation_id=self.town.desk.id, territory=people.XINZHU)
        clerk = Actor(
            account_id=ids.new_id(), staff_id=grant.staff_id, name="莫小兰", level=1, roles=(place,), channel="desk"
        )
        return Waiting(clerk=clerk, resident_id=grant.resident_id, grant_id=grant.id)


def take_in(one: Waiting) -> UUID:
    return matters.take_in_case(
        actor=one.clerk,
        item_code=testing.ITEM,
        answers=testing.ANSWERS,
        materials=testing.ALL_SEEN,
        at=testing.NOON,
    )


# ── the floor ──


class Template:
    """The rows that one filing left, to be written again for others."""

    def __init__(self, case_id: UUID, one: Waiting) -> None:
        self.case_id, self.resident_id, self.grant_id = case_id, one.resident_id, one.grant_id
        with plain() as own:
            self.rows = {table: self._read(own, table, column) for table, column in LEFT.items()}
            self.deliveries = self._deliveries(own)

    def _read(self, own: Connection, table: str, column: str) -> list[dict[str, Any]]:
        wanted = [str(self.case_id), str(self.resident_id)]
        cursor = own.execute(f"SELECT * FROM {table} WHERE {column}::text = ANY(%s) ORDER BY id", [wanted])
        columns = [(one.name, one.type_code == _JSONB) for one in cursor.description or ()]
        return [_plain_row(columns, values) for values in cursor.fetchall()]

    def _deliveries(self, own: Connection) -> list[tuple[Any, ...]]:
        return own.execute(
            "SELECT handler, lane, state, due_at FROM kernel_delivery d JOIN kernel_fact f ON f.id = d.fact_id "
            "WHERE f.subject_id = %s ORDER BY d.id",
            [str(self.case_id)],
        ).fetchall()


_JSONB = 3802


def _plain_row(columns: Sequence[tuple[str, bool]], values: Sequence[Any]) -> dict[str, Any]:
    return {
        name: Jsonb(value) if is_json and value is not None else value
        for (name, is_json), value in zip(columns, values, strict=True)
    }


class Floor:
    """Writes the template's rows for somebody else, one statement after the other, and commits once."""

    def __init__(self, own: Connection, template: Template) -> None:
        self.own, self.template = own, template

    def take_in(self, one: Waiting) -> UUID:
        case_id = ids.new_id()
        same = {
            self.template.case_id: case_id,
            self.template.resident_id: one.resident_id,
            str(self.template.case_id): str(case_id),
            str(self.template.resident_id): str(one.resident_id),
        }
        for table, rows in self.template.rows.items():
            for each in rows:
                self._write(table, each, same, case_id)
        self.own.execute("UPDATE people_intakegrant SET case_id = %s WHERE id = %s", [case_id, one.grant_id])
        self.own.commit()
        return case_id

    def _write(self, table: str, each: dict[str, Any], same: dict[Any, Any], case_id: UUID) -> None:
        values = {name: value if isinstance(value, Jsonb) else same.get(value, value) for name, value in each.items()}
        if table == "matters_case":
            values |= {"reference": f"F{case_id.hex[7:]}", "pickup_index": case_id.bytes}
        elif isinstance(values["id"], int):
            del values["id"]
        else:
            values["id"] = ids.new_id()
        written = self._insert(table, values, returning=table in ("kernel_auditline", "kernel_fact"))
        if table == "kernel_auditline":
            self.own.execute("INSERT INTO kernel_auditpending (line_id) VALUES (%s)", [written])
        elif table == "kernel_fact":
            for handler, lane, state, due_at in self.template.deliveries:
                self.own.execute(_DELIVERY, [written, handler, lane, f"matters.case:{case_id}", state, due_at])

    def _insert(self, table: str, values: dict[str, Any], *, returning: bool) -> Any:
        places = ", ".join(["%s"] * len(values))
        tail = " RETURNING id" if returning else ""
        cursor = self.own.execute(
            f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places}){tail}",
            list(values.values()),
        )
        found = cursor.fetchone() if returning else None
        return found and found[0]


_DELIVERY = """
INSERT INTO kernel_delivery (fact_id, handler, lane, subject_key, state, attempts, due_at, last_error, reason)
VALUES (%s, %s, %s, %s, %s, 0, %s, '', '')
"""


# ── measured ──


def _against_the_floor(make: Visitors, template: Template, sizes: Sizes) -> Row:
    counts: dict[str, list[dict[str, int]]] = {"floor": [], "product": []}

    def run(who: str, act: Callable[[Sequence[Waiting]], None]) -> float:
        people_waiting = make.some(CLIENTS * sizes.each)
        before = _counts()
        portions = [people_waiting[number::CLIENTS] for number in range(CLIENTS)]
        taken = in_processes([partial(act, portion) for portion in portions])
        grown = {table: count - before[table] for table, count in _counts().items()}
        counts[who].append({table: more for table, more in grown.items() if more})
        return len(people_waiting) / taken

    floor, product = in_turn(
        sizes.rounds,
        lambda _: run("floor", lambda portion: _floor_portion(template, portion)),
        lambda _: run("product", _product_portion),
    )
    must_agree("rows of filings", counts["floor"], counts["product"])
    return row(f"filings, {CLIENTS} clients", product, "filing/s", floor=floor, ratio_at_least=sizes.share)


def _product_portion(portion: Sequence[Waiting]) -> None:
    for one in portion:
        take_in(one)


def _floor_portion(template: Template, portion: Sequence[Waiting]) -> None:
    with plain() as own:
        floor = Floor(own, template)
        for one in portion:
            floor.take_in(one)


def _counts() -> dict[str, int]:
    """Of every table there is, so that what one side writes and the other does not, shows."""
    tables = [name for (name,) in sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")]
    return {table: int(sql(f"SELECT count(*) FROM {table}")[0][0]) for table in tables}


def in_processes(acts: Sequence[Callable[[], None]]) -> float:
    """Each act in a process of its own, begun together; returns the seconds until the last has ended."""
    context = multiprocessing.get_context("fork")
    begin, end = context.Barrier(len(acts) + 1), context.Barrier(len(acts) + 1)
    connections.close_all()

    def work(act: Callable[[], None]) -> None:
        try:
            connection.ensure_connection()
            begin.wait(60)
            act()
            connection.close()
            end.wait(120)
        except Exception:
            begin.abort()
            end.abort()
            raise

    processes = [context.Process(target=work, args=(act,)) for act in acts]
    for process in processes:
        process.start()
    try:
        begin.wait(60)
        begun = time.perf_counter()
        end.wait(120)
        taken = time.perf_counter() - begun
    except threading.BrokenBarrierError:
        raise AnswersDiffer("a client ended with a fault") from None
    finally:
        for process in processes:
            process.join(10)
            process.kill()
    return taken
