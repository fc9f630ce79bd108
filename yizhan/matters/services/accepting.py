"""From acceptance on: whose it is, its clocks, its notice; the same for the word of a desk and for the clock."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yizhan.catalogue import api as catalogue
from yizhan.clocks import api as clocks
from yizhan.facts.matters import CaseAccepted
from yizhan.kernel.api import Actor, Conflict, publish
from yizhan.matters.models import Case, OfficeTurn
from yizhan.matters.services.limits import KEPT, keep_days, keep_step_day, region_of
from yizhan.matters.services.opening import facts_of
from yizhan.matters.services.papers import print_acceptance_notice
from yizhan.people import api as people

ROUTING = Actor.system("matters.routing")
HOME = "residence_division"
HOME_LEVEL = 1


class HukouUnknown(Conflict):
    code = "matters.hukou_unknown"
    message = _("还不知道户籍在哪个城区，没法送到负责的单位。请核对户口簿，登记户籍所在地。")


class HomeUnknown(Conflict):
    code = "matters.home_unknown"
    message = _("还不知道住在哪个社区，没法送到负责的单位。请先登记住处。")


class NoResponsibleOffice(Conflict):
    code = "matters.no_responsible_office"
    message = _("户籍所在地没有办理这件事的单位。请告诉申请人向户籍所在地申请，需要时出具不予受理通知书。")


Offices = tuple[catalogue.StepResponsibility, ...]


def with_home(
    item_version_id: UUID, known: Mapping[str, people.Attribute], home: str, at: datetime
) -> dict[str, people.Attribute]:
    """Where a person lives is known from the register of the communities, if no paper says it."""
    found = dict(known)
    if home and HOME not in found and HOME in catalogue.attributes_needed(item_version_id):
        found[HOME] = people.Attribute(name=HOME, value=home, source="people:居住地", seen_at=at, level=HOME_LEVEL)
    return found


def offices_of(case: Case, reader: Actor, at: datetime) -> Offices:
    """The offices in turn, as far as their places are known; a logged look."""
    known = people.attributes_of(
        actor=reader,
        resident_id=case.applicant_id,
        names=catalogue.attributes_needed(case.item_version_id),
        purpose=people.Purpose.ELIGIBILITY,
        at=at,
        case_id=case.pk,
    )
    return catalogue.offices_of(case.item_version_id, with_home(case.item_version_id, known, case.home_community, at))


def organisation_of(case: Case, office: catalogue.StepResponsibility, number: int) -> people.OrganisationView:
    """Raises HukouUnknown, HomeUnknown, NoResponsibleOffice."""
    if not office.division:
        asked = catalogue.course_of(case.item_version_id).offices[number].office.division_of
        raise HukouUnknown if asked == "hukou_division" else HomeUnknown
    found = people.responsible_organisation(department=str(office.department), division_code=office.division)
    if found is None:
        raise NoResponsibleOffice
    return found


def all_known(case: Case, offices: Offices) -> people.OrganisationView:
    """The first office, once it is certain that each of them exists. Raises as organisation_of."""
    first, *_others = (organisation_of(case, one, number) for number, one in enumerate(offices))
    return first


def fallback_offices(case: Case, offices: Offices) -> Offices:
    """For the clock, which can ask nobody: what is not known is taken from the home, else from the desk's place."""
    place = case.home_community or case.desk_community
    return tuple(replace(one, division=one.division or place) for one in offices)


def begin(
    case: Case, offices: Offices, office: people.OrganisationView, *, from_day: date, actor: Actor, at: datetime
) -> clocks.ClockView:
    """The promise runs from the day after `from_day`; the first office has the case. The caller saves."""
    clock = clocks.start(
        subject=case.subject,
        limits=catalogue.limits_of(case.item_version_id),
        from_day=from_day,
        region=region_of(office),
        actor=actor,
        at=at,
    )
    keep_days(case, clock)
    begin_turn(case, offices, 0, office, from_day=from_day, actor=actor, at=at)
    return clock


def begin_turn(
    case: Case,
    offices: Offices,
    number: int,
    office: people.OrganisationView,
    *,
    from_day: date,
    actor: Actor,
    at: datetime,
) -> None:
    """This office has the case from now on, with the clock of its step if it has one. The caller saves."""
    one = offices[number]
    case.office_number, case.responsible_organisation_id = number, office.organisation_id
    if len(offices) == 1 and one.limit_days is None:
        return
    OfficeTurn.objects.create(
        case=case,
        number=number,
        name=one.name,
        organisation_id=office.organisation_id,
        limit_days=one.limit_days,
        decides=one.decides,
        begun_at=at,
    )
    if one.limit_days is None:
        return
    unit = clocks.LimitUnit(catalogue.course_of(case.item_version_id).unit.value)
    clock = clocks.start(
        subject=case.turn_subject,
        limits=clocks.Limits(unit=unit, promise_days=one.limit_days, legal_days=None),
        from_day=from_day,
        region=region_of(office),
        actor=actor,
        at=at,
    )
    keep_step_day(case, clock)


ACCEPTED_FIELDS = (
    "state",
    "accepted_by",
    "accepted_at",
    "deemed_accepted",
    "responsible_organisation",
    "office_number",
    *KEPT,
    "notice_due_on",
)


def tell(case: Case, clock: clocks.ClockView, office: people.OrganisationView, *, actor: Actor, at: datetime) -> None:
    """The paper in the office's name, and the fact; the desk loses sight of the person."""
    print_acceptance_notice(case, clock, office=office, actor=actor, at=at)
    people.close_intake(case_id=case.pk, at=at)
    assert case.due_on is not None  # a clock that has just begun does not stand still
    publish(
        CaseAccepted(
            **facts_of(case, at),
            responsible_organisation_id=office.organisation_id,
            due_on=case.due_on,
            deemed=case.deemed_accepted,
        )
    )
