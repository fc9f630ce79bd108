"""Telling that a search found nothing, or nothing near: what people look for here and do not get."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from yizhan.facts.shell import NothingWithinReach, SearchFoundNothing
from yizhan.kernel.api import Actor, ids, publish
from yizhan.people import api as people
from yizhan.shell.rules import may_be_kept


@transaction.atomic
def tell_found_nothing(*, text: str, community: str, actor: Actor, at: datetime) -> None:
    """The text only if it can be nobody's; else its length alone."""
    is_kept = may_be_kept(text) and not people.is_name_known(text)
    publish(
        SearchFoundNothing(
            occurred_at=at,
            community=community,
            channel=actor.channel,
            search_id=ids.new_id(),
            text=text if is_kept else "",
            length=len(text),
            asked_by=_asked_by(actor),
        )
    )


@transaction.atomic
def tell_nothing_near(
    *, categories: Iterable[str], minutes: int, profile: str, community: str, actor: Actor, at: datetime
) -> None:
    """A demand that nothing meets on foot. Nothing of what was typed travels."""
    publish(
        NothingWithinReach(
            occurred_at=at,
            community=community,
            channel=actor.channel,
            search_id=ids.new_id(),
            categories=tuple(sorted(categories)),
            minutes=minutes,
            profile=profile,
            asked_by=_asked_by(actor),
        )
    )


def _asked_by(actor: Actor) -> str:
    if actor.staff_id:
        return "staff"
    return "resident" if actor.resident_id else "anybody"
