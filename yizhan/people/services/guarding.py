"""Lock-out: wrong codes and passwords are counted for each phone and each address, and time alone unlocks."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Actor, Refusal, Subject, audit, keyed_index, times
from yizhan.people.models import SignInGuard

PHONE, ADDRESS = "people.sign_in.phone", "people.sign_in.address"


class SignInLocked(Refusal):
    """Answered alike for phones that have an account and those that have none."""

    code = "people.sign_in_locked"
    status = 429
    message = _("试得太多了，先停一停，{minutes}分钟后再试。急着办事，带身份证到任何一个社区窗口就行。")


def refuse_locked(*, phone: str, address: str, at: datetime) -> None:
    """Raises SignInLocked while the phone or the address is locked."""
    until = SignInGuard.objects.filter(key__in=_keys(phone, address), locked_until__gt=at).order_by("-locked_until")
    locked_until = until.values_list("locked_until", flat=True).first()
    if locked_until is not None:
        raise SignInLocked(minutes=ceil((locked_until - at).total_seconds() / 60))


def _keys(phone: str, address: str) -> list[bytes]:
    pairs = ((PHONE, phone), (ADDRESS, address))
    return [keyed_index(value, purpose) for purpose, value in pairs if value]


def note_failure(*, phone: str, address: str, at: datetime) -> None:
    """One more wrong answer. Each count is one statement, so guesses at the same moment are all counted."""
    if phone:
        _count(PHONE, phone, settings.YIZHAN_LOCK_AFTER, at)
    if address:
        _count(ADDRESS, address, settings.YIZHAN_LOCK_ADDRESS_AFTER, at)


def _count(purpose: str, value: str, limit: int, at: datetime) -> None:
    window = timedelta(minutes=settings.YIZHAN_LOCK_MINUTES)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO people_signinguard AS guard (key, failures, last_at) VALUES (%(key)s, 1, %(at)s)
            ON CONFLICT (key) DO UPDATE SET
                failures = CASE WHEN guard.last_at < %(forgets)s THEN 1 ELSE least(guard.failures + 1, 30000) END,
                locked_until = CASE WHEN guard.last_at >= %(forgets)s AND guard.failures + 1 >= %(limit)s
                               THEN %(until)s ELSE guard.locked_until END,
                last_at = %(at)s
            RETURNING failures
            """,
            {
                "key": keyed_index(value, purpose),
                "at": at,
                "forgets": at - window,
                "limit": limit,
                "until": at + window,
            },
        )
        failures = cursor.fetchone()[0]
    if failures == limit:
        _note_lock(purpose, at)


def _note_lock(purpose: str, at: datetime) -> None:
    with transaction.atomic():
        subject = Subject("people.sign_in", times.local_day(at).isoformat())
        audit(Actor.system("people.sign_in"), "people.sign_in.locked", subject, by=purpose.rsplit(".", 1)[1])


def forgive(*, phone: str) -> None:
    """The right answer came: the phone's count begins anew. An address is forgiven by time alone."""
    SignInGuard.objects.filter(key=keyed_index(phone, PHONE)).delete()
