"""Lists at a million cases: one examiner's queue and one resident's cases, through the real pages.

The cases are put in by the database itself, first the small number, then the rest beside them: forty offices, of which
hers has a tenth of all, every clock with its days. Of the first a fifth is still open, as where a city has just begun,
so that the same page has as many rows at both sizes; of the rest a fiftieth, as where five years lie together. The same
addresses are asked for at both sizes in turn, signed in, in this process: the time is the server's, with middleware
and template. A filter that leaves fewer lines of the small city is not the same page there: it counts for the bar of
its time, and is not set beside.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import mean
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.harness import Row, a_copy, as_owner, must_agree, percentile, point_django_at, row, seconds
from yizhan.catalogue import api as catalogue
from yizhan.kernel.api import times
from yizhan.look.testing import plain_static_files
from yizhan.people import testing as people

EXAMINED = 3  # an item that her office has
OFFICES, DESKS, EXAMINERS = 40, 60, 12
OWN_ROUNDS = 2  # through all items, so that his list has a second page
OPEN_AT_FIRST, OPEN_LATER = 5, 50  # one in so many
QUEUES = (
    "/office/",
    "/office/?whose=mine",
    "/office/?whose=free",
    "/office/?whose=sign",
    "/office/?light=red",
    "/office/?light=green",
    "/office/?item={item}",
    "/office/?whose=mine&light=yellow",
    "/office/?page=2",
    "/office/?page=999999",
    "/office/done/",
    "/office/done/?page=40",
)
OWN = ("/my/cases/", "/my/cases/?page=2")


@dataclass(frozen=True, kw_only=True)
class Sizes:
    small: int
    large: int
    rounds: int
    repeats: int
    queue_bar: float
    beside: float  # which of the answers of an address, from the quickest on, is set beside the smaller city's


FULL = Sizes(small=10_000, large=1_000_000, rounds=5, repeats=5, queue_bar=60, beside=0.5)
# A noisy machine of continuous integration is asked for counts, and for ratios of the quickest answers, which what it
# does besides disturbs least; the moment is asked for in quiet.
QUICK = Sizes(small=2_000, large=20_000, rounds=3, repeats=3, queue_bar=2000, beside=0)


def rows(sizes: Sizes) -> Iterator[Row]:
    city = City()
    city.grow(sizes.small)
    examiner, resident = city.examiner(), city.resident()
    queues = [each.format(item=city.items[EXAMINED][2]) for each in QUEUES]
    lists = {"office queue": (examiner, queues), "resident's list": (resident, OWN)}
    with plain_static_files(), a_copy() as (grown, small):
        city.grow(sizes.large)
        found = {(what, url): Measured() for what in lists for url in (small, grown)}
        # In turn, so that whatever else the machine does falls upon both.
        for _ in range(sizes.rounds):
            for url in (small, grown):
                point_django_at(url)
                for what, (client, addresses) in lists.items():
                    found[what, url].measure(client, addresses, sizes.repeats)
    for what in lists:
        yield from _rows_of(what, found[what, small], found[what, grown], sizes)


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Seconds of each answer by address, the statements of one, and how many lines it has."""

    times: dict[str, list[float]] = field(default_factory=dict)
    statements: dict[str, int] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    @property
    def all(self) -> list[float]:
        return [each for found in self.times.values() for each in found]

    def measure(self, client: Client, addresses: Sequence[str], repeats: int) -> None:
        """Everything once without the watch: the connection is new."""
        for address in addresses:
            must_agree(f"status of {address}", 200, client.get(address).status_code)
        for address in addresses:
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(address)
            self.statements[address], self.lines[address] = len(asked), answer.content.count(b'href="')
        for _ in range(repeats):
            for address in addresses:
                taken = seconds(lambda address=address: client.get(address))  # type: ignore[misc]
                self.times.setdefault(address, []).append(taken)


def _rows_of(what: str, small: Measured, large: Measured, sizes: Sizes) -> Iterator[Row]:
    name = f"{what} at {sizes.large} cases"
    word = "median" if sizes.beside else "quickest"
    took = {address: percentile(times, sizes.beside) * 1000 for address, times in large.times.items()}
    before = {address: percentile(times, sizes.beside) * 1000 for address, times in small.times.items()}
    same = [address for address in took if _is_like(small.lines[address], large.lines[address])]
    must_agree("pages that have as many lines at both sizes", True, 2 * len(same) >= len(took))
    if others := [address for address in took if address not in same]:
        print(f"{name}, not set beside:", ", ".join(f"{one} {took[one]:.0f} ms" for one in others), file=sys.stderr)
    slowest = max(same, key=lambda address: took[address])
    yield row(
        f"{name}, p95 of {len(large.times)} addresses",
        percentile(large.all, 0.95) * 1000,
        "ms",
        at_most=sizes.queue_bar,
    )
    yield row(f"{name}, most statements of a page", max(large.statements.values()), "statement", at_most=12)
    yield row(
        f"{name}, slowest address ({slowest}), {word} beside {sizes.small}",
        took[slowest],
        "ms",
        floor=before[slowest],
        ratio_at_most=1.5,
    )
    yield row(
        f"{name}, {len(same)} addresses, {word} of each, beside {sizes.small}",
        mean(took[address] for address in same),
        "ms",
        floor=mean(before[address] for address in same),
        ratio_at_most=1.5,
    )


def _is_like(small: int, large: int) -> bool:
    """So many links, but for a page number more or less in the pager."""
    return abs(small - large) <= 8


# ── the city ──


class City:
    def __init__(self) -> None:
        self.count = 0
        self.today = times.local_day(timezone.now())
        self.items = [(one.item_version_id, one.code, one.name) for one in catalogue.items(self.today)]
        self.offices = [self._office(number) for number in range(OFFICES)]
        self.desks = [
            people.make_organisation(name=f"第{number}社区综合窗口", territory=f"450103{number:03}001")
            for number in range(DESKS)
        ]
        self.examiners = [
            one for office in self.offices for one in people.make_colleagues(office, EXAMINERS, name="韦丽华")
        ]
        self.clerks = [one for desk in self.desks for one in people.make_colleagues(desk, 2)]
        self.her = self.examiners[0]
        self.him = people.make_resident("农秀珍", level=3, phone="13900000001")

    def _office(self, number: int) -> Any:
        return people.make_organisation("department", name=f"第{number}民政局", territory=f"46{number:04}")

    def examiner(self) -> Client:
        """She examines and leads: the page with the most on it."""
        for role in ("examiner", "office_lead"):
            people.give_role(self.her, role, self.offices[0])
        return _signed_in(people.make_account(staff=self.her))

    def resident(self) -> Client:
        return _signed_in(people.make_account(resident=self.him))

    def grow(self, count: int) -> None:
        """So many cases in all; those of the first growth remain as they are."""
        values = {
            "first": self.count,
            "count": count,
            "residents": max(count // len(self.items), 1) + 1,
            "items": [one[0] for one in self.items],
            "codes": [one[1] for one in self.items],
            "names": [one[2] for one in self.items],
            "offices": [one.pk for one in self.offices],
            "desks": [one.pk for one in self.desks],
            "examiners": [one.pk for one in self.examiners],
            "each": EXAMINERS,
            "clerks": [one.pk for one in self.clerks],
            "him": self.him.pk,
            "own": OWN_ROUNDS,
            "today": self.today,
            "now": timezone.now() - timedelta(minutes=5),
            "every": OPEN_AT_FIRST if self.count == 0 else OPEN_LATER,
        }
        for statement in (_RESIDENTS, _CASES, _CLOCKS):
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
        with as_owner() as owner:
            for table in ("matters_case", "clocks_clock", "people_resident"):
                owner.execute(f"VACUUM ANALYZE {table}")
        self.count = count


def _signed_in(account: Any) -> Client:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(account)
    return client


# Numbers of the sequence decide everything, so that two runs make the same city. A person has each item once.
_RESIDENTS = """
INSERT INTO people_resident (id, name, name_key, sex, born_on, home_community_id, hukou_division, level, is_sample,
                             registered_at)
SELECT md5('resident ' || n)::uuid, '农样例', 'nong yang li', 'female', date '1940-01-01' + (n %% 20000),
       '450103001005', '450107006010', 1, false, now()
FROM generate_series(0, %(residents)s) AS n ON CONFLICT DO NOTHING
"""

_CASES = """
WITH numbered AS (
    SELECT n, n %% array_length(%(items)s::uuid[], 1) + 1 AS item, n / array_length(%(items)s::uuid[], 1) AS who,
           CASE WHEN n %% 10 = 3 THEN 0 ELSE 1 + (n / 10 * 9 + n %% 10) %% (array_length(%(offices)s::uuid[], 1) - 1)
           END AS office,
           (n / 10) %% %(every)s AS turn, %(today)s::date - CASE WHEN (n / 10) %% %(every)s > 0 THEN 40 + n / 7 %% 240
           ELSE n / 13 %% 36 END::int AS day
    FROM generate_series(%(first)s::bigint, %(count)s::bigint - 1) AS n),
placed AS (
    SELECT *, CASE WHEN turn > 0 THEN (ARRAY['archived', 'delivered', 'granted', 'refused'])[1 + turn %% 4]
                   ELSE (ARRAY['accepted', 'examining', 'examining', 'awaiting_supplement', 'proposed'])
                        [1 + n / (10 * %(every)s) %% 5] END AS state,
           office * %(each)s + 1 + (n / 10 %% %(each)s)::int AS examiner, 1 + (n %% 120)::int AS clerk
    FROM numbered),
dated AS (SELECT *, CASE WHEN state <> 'awaiting_supplement' THEN day + 28 END AS due_on FROM placed)
INSERT INTO matters_case (id, reference, pickup_code, pickup_index, item_version_id, item_code, item_name, applicant_id,
    agent_relation, home_community, desk_community, channel, intake_organisation_id, responsible_organisation_id, state,
    answers, personal_answers, taken_in_by_id, accepted_by_id, examiner_id, decided_by_id, signed_by_id, received_at,
    accepted_at, decided_at, closed_at, due_on, yellow_at, red_at, black_at,
    deemed_accepted, office_number, is_instant, decided_automatically,
    is_sample, created_at)
SELECT md5('case ' || n)::uuid, '450107MZ05' || to_char(day, 'YYYYMMDD') || lpad(n::text, 8, '0'),
       decode(md5(n::text) || md5('a' || n), 'hex'), decode(md5(n::text) || md5('b' || n), 'hex'),
       (%(items)s::uuid[])[item], (%(codes)s::text[])[item], (%(names)s::text[])[item],
       CASE WHEN who BETWEEN 1 AND %(own)s THEN %(him)s::uuid ELSE md5('resident ' || who)::uuid END,
       '', '450103001005', '450103001005', 'desk', (%(desks)s::uuid[])[1 + (clerk - 1) / 2],
       (%(offices)s::uuid[])[office + 1], state, '{"bank": "样例银行", "delivery": "desk"}'::jsonb,
       decode(repeat(md5(n::text), 4), 'hex'), (%(clerks)s::uuid[])[clerk], (%(clerks)s::uuid[])[clerk],
       CASE WHEN state <> 'accepted' THEN (%(examiners)s::uuid[])[examiner] END,
       CASE WHEN state = 'proposed' OR turn > 0 THEN (%(examiners)s::uuid[])[examiner] END,
       CASE WHEN turn > 0 THEN (%(examiners)s::uuid[])[office * %(each)s + 1 + (n / 10 + 1) %% %(each)s] END,
       day + interval '2 hours', day + interval '3 hours', CASE WHEN turn > 0 THEN day + interval '9 days' END,
       CASE WHEN turn > 0 THEN day + interval '12 days' END,
       due_on, due_on - interval '3 days', due_on + interval '16 hours', due_on + interval '14 days',
       false, 0, false, false, false, day + interval '1 hour'
FROM dated
"""

_CLOCKS = """
INSERT INTO clocks_clock (subject_kind, subject_id, unit, promise_days, legal_days, extended_by, region, start_on,
    state, paused_after, stopped_at, promise_due_on, legal_due_on, provisional, yellow_at, red_at, black_at)
SELECT 'matters.case', c.id::text, 'working', 20, 30, 0, '450107', c.accepted_at::date,
       CASE WHEN c.decided_at IS NOT NULL THEN 'stopped' WHEN c.due_on IS NULL THEN 'paused' ELSE 'running' END,
       CASE WHEN c.decided_at IS NULL AND c.due_on IS NULL THEN c.accepted_at::date + 1 END, c.decided_at, c.due_on,
       c.due_on + 14, false, c.due_on - interval '3 days', c.due_on + interval '16 hours', c.due_on + interval '14 days'
FROM matters_case c WHERE c.accepted_at IS NOT NULL AND NOT EXISTS (
    SELECT FROM clocks_clock k WHERE k.subject_kind = 'matters.case' AND k.subject_id = c.id::text)
"""
