"""The first case of a person's matter, and others that look like the same matter; told without naming anybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yizhan.catalogue import api as catalogue
from yizhan.kernel.api import Actor, Composed, Text, keyed_index, times
from yizhan.look.api import day_words
from yizhan.matters.models import Case, CaseKey
from yizhan.matters.queries.words import STATE_WORDS
from yizhan.matters.rules.duplicates import Keys, Likeness, by_likeness, same_digits, same_person
from yizhan.matters.rules.states import BLOCKING, State
from yizhan.people import api as people

SHOWN = 5
LIKENESS_WORDS = {
    Likeness.IDENTITY: gettext_lazy("填的身份证号码相同"),
    Likeness.PERSON: gettext_lazy("姓名和出生日期相同，可能是同一个人登记了两次"),
    Likeness.ACCOUNT: gettext_lazy("收款账号相同"),
    Likeness.HOME: gettext_lazy("同一户"),
}
_KIND_OF_FIELD = {
    catalogue.FieldKind.DIGITS: Likeness.ACCOUNT,
    catalogue.FieldKind.IDENTITY_NUMBER: Likeness.IDENTITY,
}


@dataclass(frozen=True, kw_only=True)
class Pointer:
    """Where a case lies, since when, how far it is; `case_id` and `reference` only for whoever may see the case."""

    desk: str
    on: date
    is_online: bool
    state: State
    case_id: UUID | None = None
    reference: str = ""
    likenesses: tuple[Likeness, ...] = ()

    @property
    def words(self) -> str:
        """新竹社区综合窗口 11月24日收的件，现在“审查”."""
        words = _("{day}在网上交到{desk}，现在“{state}”") if self.is_online else _("{desk} {day}收的件，现在“{state}”")
        return words.format(desk=self.desk, day=day_words(self.on), state=STATE_WORDS[self.state])

    @property
    def why(self) -> str:
        return _("、").join(str(LIKENESS_WORDS[one]) for one in self.likenesses)

    @property
    def facts(self) -> dict[str, str]:
        """Plain values without personal data, for a refusal."""
        return {
            "first_desk": self.desk,
            "first_on": self.on.isoformat(),
            "first_state": str(self.state),
            "first_reference": self.reference,
        }


def find_first(actor: Actor, *, resident_id: UUID, item_code: str) -> Pointer | None:
    """The open case of this person's matter, wherever in the city it was filed."""
    found = Case.objects.filter(applicant_id=resident_id, item_code=item_code, state__in=BLOCKING)
    pointers = _pointers(actor, found[:1])
    return next(iter(pointers.values()), None)


def keys_of(
    *, item_version_id: UUID, answers: Mapping[str, Any], applicant_id: UUID, name: str, born_on: date | None
) -> Keys:
    """What is compared, as keyed digests. What is told of the agent is left out: one agent files for many."""
    found: dict[Likeness, set[bytes]] = {}
    definition = catalogue.item_version(item_version_id).definition
    for field in definition.form_fields():
        kind = _KIND_OF_FIELD.get(field.kind) if field.personal and not field.from_context else None
        if kind and (digits := same_digits(str(answers.get(field.id) or ""))):
            found.setdefault(kind, set()).add(_digest(kind, digits))
    if person := same_person(name, born_on):
        found[Likeness.PERSON] = {_digest(Likeness.PERSON, person)}
    if any(need.of_household for need in definition.attributes.values()):
        home = people.home_key(resident_id=applicant_id)
        found |= {Likeness.HOME: {home}} if home else {}
    return {kind: frozenset(digests) for kind, digests in found.items()}


def _digest(kind: Likeness, text: str) -> bytes:
    return keyed_index(text, f"matters.duplicate.{kind}")


def alike(actor: Actor, *, item_code: str, applicant_id: UUID, keys: Keys) -> tuple[Pointer, ...]:
    """Cases of other applicants for the same item that have one of the keys, open or granted, at most five."""
    pairs = Q(pk__in=[])
    for kind, digests in keys.items():
        pairs |= Q(kind=str(kind), digest__in=digests)
    return _shown(actor, _newest(CaseKey.objects.filter(pairs), item_code, applicant_id))


def _newest(found: QuerySet[CaseKey], item_code: str, applicant_id: UUID) -> QuerySet[CaseKey, tuple[UUID, str]]:
    """(case, likeness) of other applicants' cases that are open or were granted."""
    counted = Q(case__state__in=BLOCKING) | Q(
        case__state__in=[State.DELIVERED, State.ARCHIVED], case__decision__outcome="granted"
    )
    others = found.filter(counted, item_code=item_code).exclude(case__applicant_id=applicant_id)
    return others.order_by("-case__created_at", "kind").values_list("case_id", "kind")[: SHOWN * len(Likeness)]


def _shown(actor: Actor, newest: Iterable[tuple[UUID, str]]) -> tuple[Pointer, ...]:
    kinds = by_likeness((str(case_id), Likeness(kind)) for case_id, kind in newest)
    wanted = list(kinds)[:SHOWN]
    if not wanted:
        return ()
    pointers = _pointers(actor, Case.objects.filter(pk__in=wanted), kinds)
    return tuple(pointers[one] for one in wanted if one in pointers)


def possible_duplicates(actor: Actor, case_id: UUID) -> tuple[Pointer, ...]:
    """Of a case that this actor sees; nothing of any other."""
    case = Case.objects.visible_to(actor).filter(pk=case_id).only("item_code", "applicant_id").first()
    return () if case is None else duplicates_of(actor, case)


def duplicates_of(actor: Actor, case: Case) -> tuple[Pointer, ...]:
    """The same with the row, which he sees."""
    found = _of_case.rows(case_id=case.pk, item_code=Text(case.item_code), applicant_id=case.applicant_id)
    return _shown(actor, found)


@Composed
def _of_case(*, case_id: UUID, item_code: str, applicant_id: UUID) -> QuerySet[CaseKey, tuple[UUID, str]]:
    own = CaseKey.objects.filter(case_id=case_id, kind=OuterRef("kind"), digest=OuterRef("digest"))
    return _newest(CaseKey.objects.filter(Exists(own)), item_code, applicant_id)


def _pointers(
    actor: Actor, found: QuerySet[Case], kinds: Mapping[str, Sequence[Likeness]] | None = None
) -> dict[str, Pointer]:
    rows = list(found.select_related("intake_organisation").defer("personal_answers", "answers", "pickup_code"))
    seen = set(Case.objects.visible_to(actor).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    return {
        str(row.pk): Pointer(
            desk=row.intake_organisation.name if row.intake_organisation else "",
            on=times.local_day(_handed_in_at(row)),
            is_online=row.received_at is None,
            state=State(row.state),
            case_id=row.pk if row.pk in seen else None,
            reference=row.reference if row.pk in seen else "",
            likenesses=tuple((kinds or {}).get(str(row.pk), ())),
        )
        for row in rows
    }


def _handed_in_at(row: Case) -> datetime:
    return row.received_at or row.saved_at or row.created_at
