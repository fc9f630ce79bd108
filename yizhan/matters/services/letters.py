"""Letters about a case: not accepted, what to supplement, special procedures, extension, the end of it."""

from datetime import date, datetime
from typing import Any

from yizhan.catalogue import api as catalogue
from yizhan.documents import api as documents
from yizhan.kernel.api import Actor, times
from yizhan.matters.models import Case, CaseExtension, Supplement, Suspension
from yizhan.matters.services.chinese import in_chinese
from yizhan.matters.services.papers import agent_of, chinese_day, name_of, print_paper, remedies_of
from yizhan.people import api as people

Facts = list[tuple[str, str | None]]
Part = tuple[str, list[str]]


@in_chinese
def print_not_accepted(case: Case, *, reason: str, actor: Actor, at: datetime) -> documents.DocumentView:
    """不予受理通知书, with the reason and the remedies."""
    item = catalogue.item_version(case.item_version_id).definition
    return _letter(
        case,
        "not_accepted",
        "不予受理通知书",
        "本窗口审核后不予受理，理由如下。",
        [("办理事项", case.item_name), ("收件日期", _day_of(case.received_at)), ("受理窗口", _desk(case).name)],
        parts=[("不予受理的理由", _lines(reason)), ("如不服本通知", remedies_of(item))],
        notes=["理由消除后，可以随时再次申请，任何一个社区窗口都收。"],
        issuer=_desk(case),
        actor=actor,
        at=at,
    )


@in_chinese
def print_supplement_notice(case: Case, *, actor: Actor, at: datetime) -> documents.DocumentView:
    """补正通知书: everything that is wanted, once, and by when."""
    asked = Supplement.objects.get(case=case)
    rule = catalogue.course_of(case.item_version_id).procedure.supplement
    names = dict(case.materials.values_list("material_id", "name"))
    late = (
        "到期没有补的，按现有材料作出决定。"
        if asked.after_acceptance and rule.when_late is catalogue.LateSupplement.DECIDED_AS_IT_IS
        else "到期没有补的，视为撤回申请；以后可以重新申请。"
    )
    standing = "补齐以前不计入办理期限。" if asked.stops_clock else "补正期间，办理期限照常计算。"
    return _letter(
        case,
        "supplement_notice",
        "补正通知书",
        "需要补正材料。现一次告知全部要补的内容，以后不会再要求补别的。",
        [
            ("办理事项", case.item_name),
            ("补正期限", f"{chinese_day(asked.due_on)}前" if asked.due_on else None),
            ("送到哪里", "全市任何一个社区窗口，或在网上补交"),
        ],
        parts=[
            ("要补正的材料", [names.get(one, one) for one in asked.materials]),
            *([("为什么要补、怎么补", _lines(asked.note))] if asked.note.strip() else []),
        ],
        notes=[late, standing if asked.after_acceptance else "补齐以后再受理，从受理的次日起计算办理期限。"],
        issuer=_issuer(case),
        actor=actor,
        at=at,
    )


@in_chinese
def print_special_procedure(case: Case, one: Suspension, *, actor: Actor, at: datetime) -> documents.DocumentView:
    """特别程序告知书: why the days are not counted, on what ground, and until when at most."""
    return _letter(
        case,
        "special_procedure",
        "特别程序告知书",
        f"需要进行{one.name}。所需时间不计入办理期限，现书面告知。",
        [
            ("办理事项", case.item_name),
            ("特别程序", one.name),
            ("依据", one.basis),
            ("开始日期", chinese_day(times.local_day(one.begun_at))),
            ("计划结束", chinese_day(one.planned_end)),
        ],
        parts=[("理由", _lines(one.reason))],
        notes=["到计划结束之日没有提前结束的，自动恢复办理，从次日起继续计算期限。"],
        issuer=_issuer(case),
        actor=actor,
        at=at,
    )


@in_chinese
def print_extension(
    case: Case, one: CaseExtension, *, due_on: date | None, actor: Actor, at: datetime
) -> documents.DocumentView:
    """延期告知书: how much longer, who approved it, why."""
    unit = {"working": "个工作日", "natural": "日"}[catalogue.course_of(case.item_version_id).unit.value]
    return _letter(
        case,
        "extension",
        "延期告知书",
        "不能在期限内办结，经批准延长办理期限。延期只有这一次。",
        [
            ("办理事项", case.item_name),
            ("延长", f"{one.days} {unit}"),
            ("批准人", one.approved_by_words),
            ("新的期限", f"{chinese_day(due_on)}前" if due_on else "恢复计算后另行告知"),
        ],
        parts=[("理由", _lines(one.reason))],
        notes=[],
        issuer=_issuer(case),
        actor=actor,
        at=at,
    )


_CAUSES = {"death": "申请人去世", "object_gone": "申请的对象不存在"}


@in_chinese
def print_termination(case: Case, *, cause: str, reason: str, actor: Actor, at: datetime) -> documents.DocumentView:
    """终止通知书."""
    item = catalogue.item_version(case.item_version_id).definition
    return _letter(
        case,
        "termination",
        "终止办理通知书",
        f"因{_CAUSES[cause]}，终止办理。",
        [("办理事项", case.item_name), ("受理日期", _day_of(case.accepted_at))],
        parts=[("情况", _lines(reason)), ("如不服本通知", remedies_of(item))],
        notes=[],
        issuer=_issuer(case),
        actor=actor,
        at=at,
    )


@in_chinese
def print_revocation(
    case: Case, *, ground: str, reason: str, heard: str, number: str, actor: Actor, at: datetime
) -> documents.DocumentView:
    """撤销决定书: which decision, on what ground, why, and how the holder was heard (行政许可法 7, 69)."""
    item = catalogue.item_version(case.item_version_id).definition
    words = documents.GROUNDS[documents.Ground(ground)]
    is_licence = item.item_type is catalogue.ItemType.LICENCE
    return _letter(
        case,
        "revocation",
        "撤销决定书",
        "经查，原准予决定应予撤销。自本决定书作出之日起，原决定书不能再使用。",
        [
            ("办理事项", case.item_name),
            ("原决定文号", number),
            ("原决定日期", _day_of(case.decided_at)),
            ("撤销的情形", words.chinese),
            # The law speaks of licences; the basis for other items stands in the reason.
            ("依据", words.basis if is_licence and words.basis else None),
        ],
        parts=[
            ("撤销的理由", _lines(reason)),
            ("陈述、申辩的情况", _lines(heard)),
            ("如不服本决定", remedies_of(item)),
        ],
        notes=[],
        issuer=_issuer(case),
        actor=actor,
        at=at,
    )


@in_chinese
def print_deemed_withdrawn(case: Case, *, actor: Actor, at: datetime) -> documents.DocumentView:
    """视为撤回告知书."""
    asked = Supplement.objects.get(case=case)
    names = dict(case.materials.values_list("material_id", "name"))
    return _letter(
        case,
        "deemed_withdrawn",
        "视为撤回告知书",
        "到期没有补正，按规定视为撤回申请。",
        [("办理事项", case.item_name), ("补正期限", chinese_day(asked.due_on) if asked.due_on else None)],
        parts=[("没有补的材料", [names.get(one, one) for one in asked.materials])],
        notes=["以后还要办的，可以随时重新申请，任何一个社区窗口都收。"],
        issuer=_issuer(case),
        actor=actor,
        at=at,
    )


def _letter(
    case: Case,
    kind: str,
    title: str,
    opening: str,
    facts: Facts,
    *,
    parts: list[Part],
    notes: list[str],
    issuer: people.OrganisationView,
    actor: Actor,
    at: datetime,
) -> documents.DocumentView:
    data: dict[str, Any] = {
        "applicant": name_of(case.applicant_id),
        "agent": agent_of(case),
        "item": case.item_name,
        "case_number": case.reference,
        "opening": opening,
        "facts": [*facts, ("咨询电话", issuer.phone or None)],
        "parts": [{"title": title, "lines": lines} for title, lines in parts if lines],
        "notes": notes,
    }
    return print_paper(
        case,
        kind,
        title,
        case.reference,
        data,
        office=issuer,
        actor=actor,
        at=at,
        public=[("事项", case.item_name), ("日期", chinese_day(times.local_day(at)))],
        template="letter",
    )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _day_of(at: datetime | None) -> str | None:
    return chinese_day(times.local_day(at)) if at else None


def _desk(case: Case) -> people.OrganisationView:
    assert case.intake_organisation_id is not None  # what lies at a desk has one
    return people.organisation(organisation_id=case.intake_organisation_id)


def _issuer(case: Case) -> people.OrganisationView:
    """The responsible office, from acceptance on; before it the desk."""
    if case.responsible_organisation_id is None:
        return _desk(case)
    return people.organisation(organisation_id=case.responsible_organisation_id)
