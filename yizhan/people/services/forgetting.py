"""What is left of sign-ins and tokens that have ended; the table of documents says for how long (保存期限表)."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction
from oauth2_provider.models import get_access_token_model

from yizhan.people.models import DeviceSession


@transaction.atomic
def forget_ended_sessions(*, ended_before: datetime, limit: int) -> int:
    """Sessions (with the sign-in codes in them) and their lines in the list of devices. Returns how many sessions."""
    ended = Session.objects.filter(expire_date__lt=ended_before).order_by("expire_date")
    keys = list(ended.values_list("session_key", flat=True)[:limit])
    DeviceSession.objects.filter(session_key__in=keys).delete()
    return Session.objects.filter(session_key__in=keys).delete()[0]


@transaction.atomic
def forget_ended_tokens(*, ended_before: datetime, limit: int) -> int:
    """Tokens of organisations' systems. Returns how many."""
    tokens = get_access_token_model()
    ended = tokens.objects.filter(expires__lt=ended_before).order_by("expires")
    found = list(ended.values_list("pk", flat=True)[:limit])
    tokens.objects.filter(pk__in=found).delete()
    return len(found)
