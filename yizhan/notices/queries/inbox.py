"""Reading an inbox: unread first, then the newest."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yizhan.kernel.api import Actor, Composed, NotFound, Subject, subjects
from yizhan.look.api import day_and_weekday, moment_words
from yizhan.notices.models import Notice
from yizhan.notices.queries.kinds import Words, find_kind
from yizhan.notices.rules.wording import Both, Plain, filled, from_json

NOTICE = "notices.notice"
PAGE_SIZE = 20


@dataclass(frozen=True, kw_only=True)
class NoticeView:
    """One notice in the reader's language; `subject_url` leads to the thing it is about, if the reader may see it."""

    id: UUID
    kind: str
    title: str
    body: str
    created_at: datetime
    is_read: bool
    url: str
    subject_url: str = ""
    subject_title: str = ""


def words_of(template: Words, context: Mapping[str, Plain]) -> str:
    english = (get_language() or "").startswith("en")
    return filled(str(template), context, say_day=day_and_weekday, say_moment=moment_words, english=english)


def in_both_languages(say: Callable[[], str]) -> Both:
    """What `say` says in Chinese and in English, for a notice whose reader is not known yet."""
    with translation.override("zh-hans"):
        chinese = say()
    with translation.override("en"):
        return Both(zh=chinese, en=say())


def unread_count(actor: Actor) -> int:
    """How many wait unread, for the bell."""
    if actor.resident_id is None:
        return 0
    found: int = _UNREAD.rows(resident_id=actor.resident_id)[0][0]
    return found


def _unread(*, resident_id: UUID) -> QuerySet[Notice, tuple[UUID]]:
    return Notice.objects.visible_to(Actor(resident_id=resident_id)).unread().values_list("id")


_UNREAD = Composed(_unread, around="SELECT count(*) FROM ({}) AS unread")


def inbox(actor: Actor, page: int | str = 1) -> Page[NoticeView]:
    """A page of the actor's notices; a page number that does not exist gives the nearest one."""
    is_unread = ExpressionWrapper(Q(read_at__isnull=True), output_field=BooleanField())
    rows = Notice.objects.visible_to(actor).alias(is_unread=is_unread).order_by("-is_unread", "-created_at", "-id")
    found = Paginator(rows, PAGE_SIZE).get_page(page)
    found.object_list = _views(actor, cast(Iterable[Notice], found.object_list))  # type: ignore[assignment]
    return cast("Page[NoticeView]", found)


def get_notice(actor: Actor, notice_id: UUID) -> NoticeView:
    """Raises NotFound, for absent and another's alike."""
    found = Notice.objects.visible_to(actor).filter(pk=notice_id).first()
    if found is None:
        raise NotFound
    return _views(actor, [found])[0]


def _views(actor: Actor, notices: Iterable[Notice]) -> list[NoticeView]:
    rows = list(notices)
    seen = subjects.visible(actor, [row.subject for row in rows if row.subject])
    titles, urls = subjects.titles(seen), subjects.urls(seen)
    return [_view(row, titles, urls) for row in rows]


def _view(row: Notice, titles: Mapping[Subject, str], urls: Mapping[Subject, str]) -> NoticeView:
    title, body = _said(row)
    subject = row.subject or Subject("", "")
    return NoticeView(
        id=row.id,
        kind=row.kind,
        title=title,
        body=body,
        created_at=row.created_at,
        is_read=row.read_at is not None,
        url=reverse("notices:notice", args=[row.id]),
        subject_url=urls.get(subject, ""),
        subject_title=titles.get(subject, ""),
    )


def _said(row: Notice) -> tuple[str, str]:
    kind = find_kind(row.kind)
    if kind is None:
        return _("一条旧消息"), _("这条消息的样式已经停用。请到“我的办件”看最新进展。")
    context = from_json(json.loads(row.context))
    return words_of(kind.title, context), words_of(kind.body, context)


class NoticeSubjects:
    """Notices as subjects, for audit pages."""

    def titles(self, ids: Collection[str]) -> Mapping[str, str]:
        return {str(row.id): _said(row)[0] for row in Notice.objects.filter(pk__in=list(ids))}

    def urls(self, ids: Collection[str]) -> Mapping[str, str]:
        return {id_: reverse("notices:notice", args=[id_]) for id_ in ids}

    def visible(self, actor: Actor, ids: Collection[str]) -> Collection[str]:
        rows = Notice.objects.visible_to(actor).filter(pk__in=list(ids))
        return {str(pk) for pk in rows.values_list("pk", flat=True)}

    def states(self, ids: Collection[str]) -> Mapping[str, str]:
        rows = Notice.objects.filter(pk__in=list(ids)).values_list("pk", "read_at")
        return {str(pk): "read" if read_at else "unread" for pk, read_at in rows}
