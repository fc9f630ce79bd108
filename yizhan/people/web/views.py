"""My page, who looked, my name, my number, my workplace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yizhan.kernel.api import Actor, Refusal, RoleGrant, access, times
from yizhan.look.api import mask_phone
from yizhan.people.models import Account, Resident
from yizhan.people.queries import labels
from yizhan.people.queries.organisations import workplaces_of
from yizhan.people.queries.people import agents_of, card_of, principals_of
from yizhan.people.queries.reads import may_see_reads, reads_of
from yizhan.people.queries.views import ReadPage, ReadView, RelationView
from yizhan.people.rules.acting import covers
from yizhan.people.rules.looking import CARD_FIELDS
from yizhan.people.services.accounts import name_oneself
from yizhan.people.services.accounts import sign_out_everywhere as end_all_sessions
from yizhan.people.services.checking import match_number
from yizhan.people.services.reading import ResidentNotFound
from yizhan.people.services.relating import RelationNotFound, RelationRefused, end_relation, narrow_relation
from yizhan.people.web.forms import NameForm, NarrowForm, NumberForm, WorkplaceForm
from yizhan.people.web.leaving import delegations_of, own_roles
from yizhan.people.web.middleware import WORKPLACE
from yizhan.territory import api as territory


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _today() -> date:
    return times.local_day(timezone.now())


@dataclass(frozen=True, kw_only=True)
class LevelLine:
    level: int
    proof: str
    opens: str
    is_reached: bool
    is_next: bool


@dataclass(frozen=True, kw_only=True)
class RelationLine:
    """One relation from one's own side: the other person and the words for it."""

    relation: RelationView
    other_id: UUID
    other_name: str
    kind: str
    scope: str
    may_see_reads: bool

    @property
    def last_day(self) -> date | None:
        until = self.relation.valid_until
        return until - timedelta(days=1) if until else None


@dataclass(frozen=True, kw_only=True)
class ReadLine:
    read: ReadView
    purpose: str
    fields: str


@access.permission("people.own_page")
def after_sign_in(request: HttpRequest) -> HttpResponse:
    """The first page after signing in: one's name if nobody knows it yet, else home."""
    actor = _actor(request)
    return redirect("people:name" if actor.resident_id is None and actor.staff_id is None else "/")


@access.permission("people.own_page")
def me(request: HttpRequest) -> HttpResponse:
    actor = _actor(request)
    resident = Resident.objects.filter(pk=actor.resident_id).first() if actor.resident_id else None
    if resident is None:
        return redirect("people:workplace" if actor.staff_id else "people:name")
    today = _today()
    card = card_of(resident, day=today)
    context = {
        "card": card,
        "place": territory.full_names([card.home_community]).get(card.home_community, ""),
        "account_phone": _account_phone(actor),
        "levels": _level_lines(card.level),
        "principals": [_as_agent(one) for one in principals_of(resident_id=resident.id, on=today)],
        "agents": [_as_principal(one) for one in agents_of(resident_id=resident.id, on=today)],
        "looks": reads_of(actor=actor, on=today, size=1).total,
    }
    return render(request, "people/me.html", context)


def _account_phone(actor: Actor) -> str:
    account = Account.objects.filter(pk=actor.account_id).first() if actor.account_id else None
    return mask_phone(account.phone) if account else ""


def _level_lines(reached: int) -> list[LevelLine]:
    return [
        LevelLine(
            level=level, proof=str(proof), opens=str(opens), is_reached=level <= reached, is_next=level == reached + 1
        )
        for level, (proof, opens) in labels.LEVELS.items()
        if level
    ]


def _scope_words(scope: tuple[str, ...]) -> str:
    return _("、").join(labels.label(labels.SCOPES, part) for part in scope)


def _as_agent(relation: RelationView) -> RelationLine:
    return RelationLine(
        relation=relation,
        other_id=relation.principal_id,
        other_name=relation.principal_name,
        kind=labels.label(labels.RELATIONS, relation.kind),
        scope=_scope_words(relation.scope),
        may_see_reads=covers(relation.scope, "reads"),
    )


def _as_principal(relation: RelationView) -> RelationLine:
    return RelationLine(
        relation=relation,
        other_id=relation.agent_id,
        other_name=relation.agent_name,
        kind=labels.label(labels.RELATIONS, relation.kind),
        scope=_scope_words(relation.scope),
        may_see_reads=False,
    )


@access.permission("people.own_reads")
def reads(request: HttpRequest) -> HttpResponse:
    return _reads_page(request, whose=None)


@access.permission("people.own_reads")
def reads_of_principal(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """The looks at somebody for whom one acts, where the relation says so."""
    if not may_see_reads(_actor(request), resident_id, on=_today()):
        raise ResidentNotFound
    return _reads_page(request, whose=resident_id)


def _reads_page(request: HttpRequest, whose: UUID | None) -> HttpResponse:
    actor = _actor(request)
    found = reads_of(actor=actor, on=_today(), resident_id=whose, page=_page_number(request), size=15)
    name = Resident.objects.values_list("name", flat=True).get(pk=whose) if whose else ""
    context = {"lines": [_read_line(one) for one in found.reads], "page": _pager(found), "whose": name}
    return render(request, "people/reads.html", context)


def _read_line(read: ReadView) -> ReadLine:
    return ReadLine(
        read=read,
        purpose=labels.label(labels.PURPOSES, read.purpose),
        fields=_field_words(read.fields),
    )


def _field_words(fields: tuple[str, ...]) -> str:
    if fields == CARD_FIELDS:
        return str(labels.CARD)
    known = [str(labels.FIELDS[name]) for name in fields if name in labels.FIELDS]
    others = [str(labels.OTHER_FACTS)] if len(known) < len(fields) else []
    return _("、").join(known + others)


def _page_number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def _pager(found: ReadPage) -> Page[Any]:
    return Paginator(range(found.total), 15).get_page(found.number)


@access.permission("people.name_oneself")
@require_http_methods(["GET", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    """Asked once, after the first sign-in."""
    actor = _actor(request)
    if actor.resident_id or actor.staff_id:
        return redirect("people:after_sign_in")
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name_oneself(actor=actor, name=form.cleaned_data["name"], at=timezone.now())
        return redirect(_next(request) or "people:me")
    return render(request, "people/name.html", {"form": form, "next": _next(request)}, status=_status(form))


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else ""


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


@access.permission("people.match_number")
@require_http_methods(["GET", "POST"])
def number(request: HttpRequest) -> HttpResponse:
    """L2: name and number agree with the register."""
    form = NumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            match_number(actor=_actor(request), id_number=form.cleaned_data["id_number"], at=timezone.now())
        except Refusal as refusal:
            form.add_error("id_number", refusal.text)
        else:
            return redirect("people:me")
    return render(request, "people/number.html", {"form": form}, status=_status(form))


@access.permission("people.own_reads")
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, relation_id: UUID) -> HttpResponse:
    """Either side ends a relation. Asked first: only a desk, with both people, can begin it anew."""
    actor = _actor(request)
    if request.method == "POST":
        end_relation(actor=actor, relation_id=relation_id, at=timezone.now())
        messages.success(request, _("已经不能再代办了。"))
        return redirect("people:me")
    lines = _own_relations(actor)
    line = next((one for one in lines if one.relation.relation_id == relation_id), None)
    if line is None:
        raise RelationNotFound
    is_agent = line.relation.agent_id == actor.resident_id
    return render(request, "people/end.html", {"line": line, "is_agent": is_agent})


def _own_relations(actor: Actor) -> list[RelationLine]:
    if actor.resident_id is None:
        return []
    today = _today()
    acting = [_as_agent(one) for one in principals_of(resident_id=actor.resident_id, on=today)]
    return acting + [_as_principal(one) for one in agents_of(resident_id=actor.resident_id, on=today)]


@access.permission("people.own_reads")
@require_http_methods(["GET", "POST"])
def narrow(request: HttpRequest, relation_id: UUID) -> HttpResponse:
    """The principal leaves an agent fewer matters, or an earlier last day."""
    actor, today = _actor(request), _today()
    mine = agents_of(resident_id=actor.resident_id, on=today) if actor.resident_id else ()
    relation = next((one for one in mine if one.relation_id == relation_id), None)
    if relation is None:
        raise RelationNotFound
    form = NarrowForm(request.POST or None, former=relation.scope, today=today)
    if request.method == "POST" and form.is_valid() and _narrowed(actor, relation_id, form):
        return redirect(reverse("people:me") + "#relations")
    context = {"form": form, "line": _as_principal(relation)}
    return render(request, "people/narrow.html", context, status=_status(form))


def _narrowed(actor: Actor, relation_id: UUID, form: NarrowForm) -> bool:
    last_day = form.cleaned_data["last_day"]
    until = last_day + timedelta(days=1) if last_day else None
    scope = tuple(form.cleaned_data["scope"])
    try:
        narrow_relation(actor=actor, relation_id=relation_id, scope=scope, valid_until=until, at=timezone.now())
    except RelationRefused:
        form.add_error("last_day", _("不能比原来的期限更长。要延长，请两个人一起到窗口。"))
        return False
    return True


@access.permission("people.choose_workplace")
@require_http_methods(["GET", "POST"])
def choose_workplace(request: HttpRequest) -> HttpResponse:
    """Work in one organisation at a time, or in all of one's own."""
    actor = _actor(request)
    places = workplaces_of(staff_id=actor.staff_id, on=_today()) if actor.staff_id else ()
    if request.method == "POST":
        form = WorkplaceForm(request.POST)
        chosen = form.cleaned_data["organisation"] if form.is_valid() else None
        if chosen in {place.organisation_id for place in places}:
            request.session[WORKPLACE] = str(chosen)
        else:
            request.session.pop(WORKPLACE, None)
        return redirect("/")
    roles = [
        (labels.label(labels.ROLES, grant.role), grant.organisation_id, _for_whom(actor, grant))
        for grant in actor.roles
    ]
    context = {
        "places": places,
        "roles": roles,
        "chosen": request.session.get(WORKPLACE, ""),
        "delegations": delegations_of(actor),
        "may_hand_over": bool(own_roles(actor)),
    }
    return render(request, "people/workplace.html", context)


def _for_whom(actor: Actor, grant: RoleGrant) -> str:
    lent = actor.on_behalf_of(grant.organisation_id, grant.role)
    return lent.name if lent else ""


@access.permission("people.sign_out_everywhere")
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """This device too: whoever lost a phone begins anew."""
    end_all_sessions(actor=_actor(request))
    logout(request)
    return redirect(f"{reverse('account_login')}?everywhere=1")
