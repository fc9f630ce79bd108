"""The printed papers of a case: acceptance notice, decision, delivery receipt."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from yizhan.catalogue import api as catalogue
from yizhan.clocks import api as clocks
from yizhan.documents import api as documents
from yizhan.kernel.api import Actor, times
from yizhan.look import api as look
from yizhan.matters.models import Case
from yizhan.matters.rules.references import grouped
from yizhan.matters.services.chinese import in_chinese
from yizhan.people import api as people

PRINT = Path(__file__).resolve().parents[1] / "print"
_WEEKDAYS = "一二三四五六日"
_UNIT_WORDS = {"working": "个工作日", "natural": "日"}
_MATERIAL_WORDS = {"seen": "原件已核验", "uploaded": "已拍照留存", "missing": "待补"}


def chinese_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_moment(at: datetime) -> str:
    local = at.astimezone(times.SHANGHAI)
    return f"{chinese_day(local.date())} {local.hour}时{local.minute:02d}分"


def name_of(resident_id: Any) -> str:
    contact = people.contact_of(resident_id=resident_id)
    return contact.name if contact else ""


def agent_of(case: Case) -> dict[str, str] | None:
    if case.agent_id is None:
        return None
    relation = {"daughter": "女儿", "son": "儿子", "spouse": "配偶", "parent": "父母", "guardian": "监护人"}
    return {"name": name_of(case.agent_id), "relation": relation.get(case.agent_relation, "受委托人")}


def _due(days: int, unit: str, due_on: date, *, is_provisional: bool) -> dict[str, Any]:
    weekday = _WEEKDAYS[due_on.weekday()]
    return {
        "limit": f"{days} {_UNIT_WORDS[unit]}",
        "due_on": f"{chinese_day(due_on)}（星期{weekday}）",
        "provisional": is_provisional,
    }


def _day_of(limit: clocks.LimitView) -> date:
    assert limit.due_on is not None  # a clock that has just started runs
    return limit.due_on


@in_chinese
def print_acceptance_notice(
    case: Case, clock: clocks.ClockView, *, office: people.OrganisationView, actor: Actor, at: datetime
) -> documents.DocumentView:
    """受理通知书, in the office's name, signed with its key."""
    desk = people.organisation(organisation_id=case.intake_organisation_id) if case.intake_organisation_id else office
    limits = catalogue.limits_of(case.item_version_id)
    unit = str(limits.unit)
    promise_due = _day_of(clock.promise)
    data = {
        "applicant": name_of(case.applicant_id),
        "agent": agent_of(case),
        "item": case.item_name,
        "case_number": case.reference,
        "office": office.name,
        "desk": desk.name,
        "accepted_on": chinese_day(times.local_day(case.accepted_at or at)),
        "deemed": case.deemed_accepted,
        "promise": _due(limits.promise_days, unit, promise_due, is_provisional=clock.provisional),
        "legal": _due(clock.legal.days, unit, _day_of(clock.legal), is_provisional=clock.provisional)
        if clock.legal
        else None,
        "materials": [
            {"name": one.name, "note": _MATERIAL_WORDS[one.status]} for one in case.materials.order_by("at", "id")
        ],
        "pickup_code": grouped(case.pickup_code),
        "contact": office.phone or None,
        "notes": [],
    }
    return print_paper(
        case,
        "acceptance_notice",
        "受理通知书",
        case.reference,
        data,
        office=office,
        actor=actor,
        at=at,
        public=[
            ("事项", case.item_name),
            ("受理日期", chinese_day(times.local_day(at))),
            ("承诺答复", f"{chinese_day(promise_due)}前"),
        ],
    )


@in_chinese
def print_decision(
    case: Case,
    *,
    outcome: str,
    number: str,
    assessment: catalogue.Assessment,
    reasons: str,
    office: people.OrganisationView,
    actor: Actor,
    at: datetime,
) -> documents.DocumentView:
    """准予 / 不予决定书, signed with the office's key."""
    item = catalogue.item_version(case.item_version_id).definition
    is_granted = outcome == "granted"
    word = "准予" if is_granted else "不予"
    applicant = name_of(case.applicant_id)
    data = {
        "outcome": outcome,
        "applicant": applicant,
        "agent": agent_of(case),
        "item": case.item_name,
        "case_number": case.reference,
        "accepted_on": chinese_day(times.local_day(case.accepted_at)) if case.accepted_at else "",
        "clauses": [_clause(one) for one in assessment.clauses],
        "basis": [f"《{b.title}》{b.article or ''}" for b in item.authority.legal_basis],
        "decision": _decision_sentences(applicant, case.item_name, is_granted=is_granted),
        "grant": _granted(assessment) if is_granted else [],
        "reasons": [] if is_granted else [line for line in reasons.splitlines() if line.strip()],
        "remedies": remedies_of(item),
        "copies": "本决定书一式两份，申请人和本机关各一份。",
    }
    return print_paper(
        case,
        "decision",
        f"{word}{case.item_name}决定书",
        number,
        data,
        office=office,
        actor=actor,
        at=at,
        public=[("事项", case.item_name), ("决定", word), ("决定日期", chinese_day(times.local_day(at)))],
    )


def _clause(one: catalogue.ClauseResult) -> dict[str, Any]:
    verdicts = {catalogue.Verdict.MET: True, catalogue.Verdict.NOT_MET: False}
    sources = "、".join(dict.fromkeys(source_words(used.source) for used in one.used))
    return {
        "rule": str(one.statement),
        "finding": str(one.sentence),
        "holds": verdicts.get(one.verdict),
        "source": sources or "无",
    }


def source_words(source: str) -> str:
    """ "desk:户口簿" → 窗口核对户口簿."""
    place, _, what = source.partition(":")
    places = {"desk": "窗口核对", "office": "经办核对", "identity_number": "身份证号码", "register": "登记"}
    return f"{places.get(place, place)}{what}"


def _decision_sentences(applicant: str, item: str, *, is_granted: bool) -> list[str]:
    if is_granted:
        return [f"准予{applicant}享受{item}。", "待遇标准和发放日期按本市现行规定执行；情况有变化的，请及时告知。"]
    return [f"对{applicant}的{item}申请不予批准。", "今后符合条件的，可以再次申请。"]


def _granted(assessment: catalogue.Assessment) -> list[tuple[str, str]]:
    rows = []
    if assessment.entitled_from is not None:
        rows.append(("起算日期", chinese_day(assessment.entitled_from)))
    rows += [("享受档次", str(amount.title)) for amount in assessment.amounts[:1]]
    return rows


def remedies_of(item: catalogue.ItemDefinition) -> list[str]:
    review, litigation = item.rights.review, item.rights.litigation
    return [
        f"不服本决定的，可以{review.within}向{review.body}申请行政复议；",
        f"也可以{litigation.within}向{litigation.body}提起行政诉讼。",
    ]


@in_chinese
def print_delivery_receipt(
    case: Case,
    *,
    decision: documents.DocumentView,
    intake: people.Intake,
    desk: people.OrganisationView,
    office: people.OrganisationView,
    actor: Actor,
    at: datetime,
) -> documents.DocumentView:
    """送达回证, to be signed by whoever receives."""
    in_person = intake.presence is people.Presence.PERSON
    data = {
        "case_number": case.reference,
        "item": case.item_name,
        "documents": [{"title": decision.title, "number": decision.number}],
        "recipient": intake.person.name,
        "recipient_identity": intake.person.id_number_masked or None,
        "agent": None if in_person else {"name": intake.agent.name if intake.agent else "", "relation": "受委托人"},
        "place": desk.name,
        "method": "窗口直接送达",
        "delivered_at": chinese_moment(at),
        "desk": desk.name,
        "officer": actor.name,
        "presence": "本人到场，凭取件码领取" if in_person else "代办人到场，凭取件码领取",
        "remarks": None,
    }
    return print_paper(
        case,
        "delivery_receipt",
        "送达回证",
        case.reference,
        data,
        office=office,
        actor=actor,
        at=at,
        public=[("事项", case.item_name), ("送达日期", chinese_day(times.local_day(at)))],
    )


def print_paper(
    case: Case,
    kind: str,
    title: str,
    number: str,
    data: dict[str, Any],
    *,
    office: people.OrganisationView,
    actor: Actor,
    at: datetime,
    public: list[tuple[str, str]],
    template: str = "",
) -> documents.DocumentView:
    return documents.print_document(
        template=PRINT / f"{template or kind}.typ",
        data=data,
        subject=case.subject,
        kind=f"matters.{kind}",
        title=title,
        number=number,
        issuer_organisation_id=office.organisation_id,
        issuer_name=office.name,
        holder=look.mask_name(str(data.get("applicant") or data.get("recipient") or "")),
        public_fields=public,
        actor=actor,
        at=at.replace(microsecond=0),  # a paper is dated to the second
        is_sample=case.is_sample,
    )
