"""Each clause of a case's item, over what is known of the applicant; and as it stood when somebody decided on it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from yizhan.catalogue import api as catalogue
from yizhan.kernel.api import Actor, Conflict, times
from yizhan.matters.models import Case
from yizhan.matters.queries.cases import CaseView
from yizhan.matters.services.accepting import with_home
from yizhan.matters.services.steps import CaseNotFound
from yizhan.people import api as people

# As the office speaks of the applicant in what it decides on; the decision is a Chinese paper.
APPLICANT = "申请人"


class ClausesNotMet(Conflict):
    code = "matters.clauses_not_met"
    message = _("还不能准予：{clauses}。没有查明的条件不能当作符合。")


def assess_for(*, actor: Actor, case_id: UUID, purpose: str, at: datetime, who: str = "") -> catalogue.Assessment:
    """Each clause of the case's item as it stands now; a logged look. Raises CaseNotFound."""
    case = Case.objects.visible_to(actor).filter(pk=case_id).first()
    if case is None:
        raise CaseNotFound
    return assess_case(case, actor=actor, at=at, purpose=purpose, who=who)


def assess_shown(
    case: CaseView, attributes: Mapping[str, people.Attribute], at: datetime, *, who: str = ""
) -> catalogue.Assessment:
    """The same over a case and attributes that have been read already, in the look that shows the person."""
    known = with_home(case.item_version_id, attributes, case.home_community, at)
    return catalogue.assess(case.item_version_id, known, times.local_day(at), answers=case.answers, who=who)


def assess_case(case: Case, *, actor: Actor, at: datetime, purpose: str, who: str = "") -> catalogue.Assessment:
    """Every clause of the case's own version, over what is known of the applicant now; a logged look."""
    known = known_of(case, actor=actor, at=at, purpose=purpose)
    return assess_known(case, known, at, who=who)


def assess_known(
    case: Case, known: Mapping[str, people.Attribute], at: datetime, *, who: str = ""
) -> catalogue.Assessment:
    return catalogue.assess(case.item_version_id, known, times.local_day(at), answers=case.all_answers(), who=who)


def known_of(case: Case, *, actor: Actor, at: datetime, purpose: str) -> dict[str, people.Attribute]:
    """What the item asks about, as far as it is known of the applicant; a logged look."""
    known = people.attributes_of(
        actor=actor,
        resident_id=case.applicant_id,
        names=catalogue.attributes_needed(case.item_version_id),
        purpose=purpose,
        at=at,
        case_id=case.pk,
    )
    return with_home(case.item_version_id, known, case.home_community, at)


def refuse_unmet(assessment: catalogue.Assessment) -> None:
    """Raises ClausesNotMet unless every clause is met."""
    unmet = [one for one in assessment.clauses if one.verdict is not catalogue.Verdict.MET]
    if unmet:
        raise ClausesNotMet(clauses="；".join(str(one.sentence) for one in unmet))


def clause_records(case: Case, known: Mapping[str, people.Attribute], at: datetime) -> list[dict[str, Any]]:
    """The clauses as they stood when somebody decided on them, in Chinese and in English."""
    with translation.override("zh-hans"):
        chinese = assess_known(case, known, at, who=APPLICANT)
    with translation.override("en"):
        english = assess_known(case, known, at, who=str(_("申请人")))
    return [_record(one, said) for one, said in zip(chinese.clauses, english.clauses, strict=True)]


def _record(one: catalogue.ClauseResult, english: catalogue.ClauseResult) -> dict[str, Any]:
    return {
        "clause": one.clause_id,
        "statement": one.statement,
        "statement_en": english.statement,
        "verdict": str(one.verdict),
        "sentence": str(one.sentence),
        "sentence_en": str(english.sentence),
        "sources": [
            {"name": used.name, "source": used.source, "seen_at": used.seen_at.isoformat(), "level": used.level}
            for used in one.used
        ],
    }
