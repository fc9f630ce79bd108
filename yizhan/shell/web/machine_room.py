"""The outbox for administrators, the audit for the auditor: what the machine did, without what people typed."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from yizhan.kernel.api import Actor, BadInput, Subject, access, auditing, outbox, subjects, times
from yizhan.people import api as people
from yizhan.shell.web import audit_words as words

PAGE = 30
MAX_REASON = 200


class ReasonMissing(BadInput):
    code = "shell.reason_missing"
    message = _("请写明为什么跳过，以后查得到。")


@access.permission("shell.outbox")
@never_cache
@require_GET
def outbox_page(request: HttpRequest) -> HttpResponse:
    page = Paginator(outbox.parked(), PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    titles = subjects.titles(Subject(r.fact.subject_kind, r.fact.subject_id) for r in rows)
    lines = [
        {
            "row": row,
            "title": titles.get(Subject(row.fact.subject_kind, row.fact.subject_id))
            or words.KINDS.get(row.fact.subject_kind, row.fact.subject_kind),
            "what": words.FACT_NAMES.get(row.fact.name, ""),
            "whom": words.ROOMS.get(row.handler.partition(".")[0], ""),
        }
        for row in rows
    ]
    return render(request, "shell/outbox.html", {"page": page, "lines": lines, "counts": outbox.counts()})


@access.permission("shell.outbox")
@require_POST
def rerun(request: HttpRequest, delivery_id: int) -> HttpResponse:
    outbox.rerun(delivery_id=delivery_id, actor=_actor(request))
    messages.success(request, _("重新投了。再出错会停下来，又列在这里。"))
    return redirect("shell:outbox")


@access.permission("shell.outbox")
@require_POST
def skip(request: HttpRequest, delivery_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "").strip()
    if not 1 <= len(reason) <= MAX_REASON:
        raise ReasonMissing
    outbox.skip(delivery_id=delivery_id, reason=reason, actor=_actor(request))
    messages.success(request, _("跳过了，排在它后面的接着走。原因记下了。"))
    return redirect("shell:outbox")


# ── the audit ──


@dataclass(frozen=True, kw_only=True)
class Told:
    """A line of the audit in words. `who_code`, `what_code`: what stands in the line itself.

    Names and values are as they were written: where that was in Chinese they say so on an English page too.
    """

    at: datetime
    who: str
    who_code: str
    who_language: str
    channel: str
    what: str
    what_code: str
    about: str
    about_language: str
    about_kind: str
    about_id: str
    url: str
    facts: tuple[tuple[str, str, str], ...]  # label, value, language of the value


@access.permission("shell.audit")
@never_cache
@require_GET
def audit_page(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip() for name in ("action", "day", "number", "kind", "id", "before")}
    found, faults = _found(asked)
    if asked["before"].isascii() and asked["before"].isdigit() and len(asked["before"]) < 19:
        found = found.filter(pk__lt=int(asked["before"]))
    rows = list(found[: PAGE + 1])
    context: dict[str, Any] = {
        "lines": _told(rows[:PAGE], _actor(request)),
        "older": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "asked": asked,
        "faults": faults,
        "about": _title_of(asked["kind"], asked["id"]),
        "actions": _actions(asked["action"]),
        "standing": auditing.standing(),
    }
    return render(request, "shell/audit.html", context, status=422 if faults else 200)


def _found(asked: dict[str, str]) -> tuple[Any, list[str]]:
    """The lines that are asked for, and what of the question cannot be understood (then there are none)."""
    faults: list[str] = []
    between, actors, about = None, None, []
    if asked["day"]:
        try:
            day = date.fromisoformat(asked["day"])
            between = (times.day_start(day), times.day_start(day + timedelta(days=1)))
        except (ValueError, OverflowError):
            faults.append(gettext("这不是一天，请写成 2026-02-14 这样。"))
    if asked["number"]:
        staff = people.staff_numbered(employee_number=asked["number"][:20].replace("\x00", ""))
        actors = [f"account:{account}" for account in staff.values() if account]
        about = [Subject("people.staff", str(staff_id)) for staff_id in staff]
        if not staff:
            faults.append(gettext("没有这个工号。"))
    elif asked["kind"] and asked["id"]:
        about = [Subject(asked["kind"].replace("\x00", ""), asked["id"].replace("\x00", ""))]
    found = auditing.lines(action=asked["action"].replace("\x00", ""), actors=actors, about=about, between=between)
    return (found.none() if faults else found), faults


def _actions(chosen: str) -> list[tuple[str, str]]:
    """What can be asked for: every action in words, and a beginning that somebody wrote into the address."""
    known = sorted(((code, str(word)) for code, word in words.ACTIONS.items()), key=lambda one: one[0])
    return known if not chosen or chosen in words.ACTIONS else [(chosen, chosen), *known]


def _title_of(kind: str, id_: str) -> str:
    if not (kind and id_):
        return ""
    subject = Subject(kind, id_)
    return _name_of(subject, _titles([subject]))


def _told(rows: Iterable[Any], actor: Actor) -> list[Told]:
    """Three questions to each room at most, however many lines."""
    rows = list(rows)
    about = [Subject(row.subject_kind, row.subject_id) for row in rows]
    pointed = [one for row in rows for key, value in row.facts.items() if (one := _pointed(key, value))]
    titles = _titles([*about, *pointed, *(one for row in rows for one in _actors_of(row.actor))])
    seen = subjects.visible(actor, _askable(about))
    urls = subjects.urls(seen)
    return [_told_line(row, titles, urls) for row in rows]


def _askable(wanted: Iterable[Subject]) -> list[Subject]:
    """Those whose id a room can ask its tables for."""
    return [one for one in wanted if one.kind in _BY_NAME or _UUID.match(one.id)]


# Kinds whose ids are names; those of all others begin with a UUID.
_BY_NAME = frozenset({"places.site", "reach.want"})
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")


def _titles(wanted: Iterable[Subject]) -> dict[Subject, str]:
    """Of residents none: the audit tells that a record was read or changed, not whose it is."""
    return subjects.titles(one for one in _askable(wanted) if one.kind != "people.resident")


def _actors_of(key: str) -> list[Subject]:
    """The account, or the system and the member of staff who sits at it."""
    kind, _colon, rest = key.partition(":")
    if kind == "account":
        return [Subject("people.account", rest)]
    if kind == "client":
        client, _slash, staff = rest.partition("/")
        try:
            found = [Subject("people.client", str(UUID(hex=client)))]
        except ValueError:
            return []
        return [*found, Subject("people.staff", staff)] if staff else found
    return []


def _told_line(row: Any, titles: dict[Subject, str], urls: dict[Subject, str]) -> Told:
    subject = Subject(row.subject_kind, row.subject_id)
    is_named = bool(row.actor_name) or any(one in titles for one in _actors_of(row.actor))
    return Told(
        at=row.at,
        who=_who(row, titles),
        who_code=row.actor.partition(":")[2] if row.actor.startswith("system:") else "",
        who_language=_language_of(_who(row, titles)) if is_named else "",
        channel=str(words.CHANNELS.get(row.channel, row.channel)),
        what=str(words.ACTIONS.get(row.action, row.action)),
        what_code=row.action,
        about=_name_of(subject, titles),
        about_language=_language_of(titles.get(subject, "")),
        about_kind=row.subject_kind,
        about_id=row.subject_id,
        url=urls.get(subject, ""),
        facts=tuple(_facts(row.facts, titles)),
    )


def _who(row: Any, titles: dict[Subject, str]) -> str:
    """The name as it was when the line was written stands first; the office is today's."""
    if row.actor.startswith("system:"):
        return gettext("系统自动")
    found = [titles[one] for one in _actors_of(row.actor) if one in titles]
    if not found:
        return row.actor_name or gettext("没有登录的人")
    told = gettext("，").join(found)
    was = row.actor_name
    return told if not was or was in told else gettext("{told}，当时叫{was}").format(told=told, was=was)


def _language_of(written: str) -> str:
    return "zh-Hans" if _CHINESE.search(written) else ""


def _name_of(subject: Subject, titles: dict[Subject, str]) -> str:
    return titles.get(subject) or str(words.KINDS.get(subject.kind, subject.kind))


def _pointed(key: str, value: Any) -> Subject | None:
    """The thing that a fact names: by a bare id, or by kind and id."""
    if not isinstance(value, str):
        return None
    if key in words.POINTS_AT and _UUID.fullmatch(value):
        return Subject(words.POINTS_AT[key], value)
    kind, _colon, id_ = value.partition(":")
    return Subject(kind, id_) if kind in subjects.kinds() and id_ else None


_NOT_SHOWN = frozenset({"phone", "id_number", "address", "birth", "note"})
_LIKE_A_NUMBER_OF_SOMEBODY = re.compile(r"(?<![0-9a-fA-F])(?:[1-9][0-9]{16}[0-9Xx]|1[3-9][0-9]{9})(?![0-9a-fA-F])")
LONGEST_SHOWN = 60


def _facts(facts: dict[str, Any], titles: dict[Subject, str]) -> Iterator[tuple[str, str, str]]:
    for key, value in facts.items():
        if value is None or value in ("", []) or key in _NOT_SHOWN:
            continue
        pointed = _pointed(key, value)
        told = _name_of(pointed, titles) if pointed else _plain(key, value)
        yield str(words.FACTS.get(key, key)), told, _language_of(told)


def _plain(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if isinstance(value, list):
        return gettext("、").join(_plain(key, one) for one in value)
    text = str(value)
    if key == "role":
        return str(people.ROLES.get(text, text))
    if _UUID.fullmatch(text) or re.fullmatch(r"[0-9a-f]{32,}", text):
        return f"{text[:8]}…"
    text = _LIKE_A_NUMBER_OF_SOMEBODY.sub("***", text)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
