"""One case for each turn that a plain course does not take: 送下一单位, 特别程序, 公示, 延期, 即办, 视为受理, 终止 …"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from yizhan.kernel.api import Actor, times
from yizhan.matters import api as matters
from yizhan.matters.demo.allowance import WANLI, Course, Sample, card_number, moment
from yizhan.people import api as people_api
from yizhan.people import testing as people

CLOCK = Actor.system("matters.demo")
LIVING = {"persons": "2", "reason": "illness", "severe_illness": "false", "staff_relative": "false",
          "delivery": "desk"}  # fmt: skip
LIVING_PAPERS = ("identity_card", "household_register", "consent_to_check", "declaration_of_means")
LIFT = {"block_address": "万力小区 5 栋 1 单元", "storeys": "7", "owners": "14", "owners_agreed": "12",
        "subsidy": "true", "delivery": "desk"}  # fmt: skip
WORKER = {"employer": "样例制衣厂", "cause": "illness", "persons": "3", "delivery": "desk"}
PENSION = {"tier": "middle", "delivery": "online"}
PERMIT = {"ground": "work", "address": "万力路 8 号 2 栋 301", "delivery": "desk"}
LAWYER = {"matter": "maintenance", "other_side": "某某", "description": "赡养费的事，想请律师帮忙", "delivery": "desk"}
NOTHING: Mapping[str, object] = {}
# One grey point, where somebody at home would have taken a photograph.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738"
    "550000000049454e44ae426082"
)


@dataclass
class _City:
    """Whoever of the sample city has a part in a story, as the actor of today."""

    ids: Mapping[str, UUID]
    today: date = field(default_factory=lambda: times.local_day(times.utc_now()))

    def staff(self, key: str) -> Actor:
        return people.actor_of_staff(self.ids[key], on=self.today)


@dataclass(frozen=True, kw_only=True)
class _Opened:
    """A case as it came over a desk."""

    case_id: UUID
    clerk: Actor
    resident: Any
    at: datetime


def stories(ids: Mapping[str, UUID]) -> dict[str, UUID]:
    city = _City(ids)
    told: tuple[Callable[[_City], UUID], ...] = (
        special_procedure, second_office, extension_asked, extension_granted, public_notice, granted_at_once,
        waits_at_once, deemed_accepted, terminated, archived, not_accepted, awaiting_papers, deemed_withdrawn,
        filed_online, withdrawn, revoked,
    )  # fmt: skip
    return {story.__name__: story(city) for story in told}


# ── several offices ──


def special_procedure(city: _City) -> UUID:
    """The sub-district checks the means of the household; the days stand still."""
    opened = _living(city, "覃桂莲", date(1968, 5, 2), days_ago=9)
    street = city.staff("examiner_civil_affairs_xinyang")
    matters.take_up_case(actor=street, case_id=opened.case_id, at=moment(8, 9))
    matters.begin_special_procedure(
        actor=street,
        case_id=opened.case_id,
        procedure="household_check",
        reason="申请人有两处存款要向银行核对",
        planned_end=city.today + timedelta(days=5),
        at=moment(7, 15),
    )
    return opened.case_id


def second_office(city: _City) -> UUID:
    """The sub-district has given its opinion; the district has not begun."""
    opened = _living(city, "黎秀清", date(1971, 8, 23), days_ago=13)
    _handed_on(city, opened.case_id, taken_up=12, handed_on=2)
    return opened.case_id


def extension_asked(city: _City) -> UUID:
    """The district needs more days than it has; the head of the bureau has not answered yet."""
    opened = _living(city, "磨志明", date(1966, 1, 17), days_ago=24)
    _handed_on(city, opened.case_id, taken_up=23, handed_on=14)
    _asked(city.staff("examiner_xixiangtang"), opened.case_id, taken_up=13, asked=1, days=10,
           reason="申请人在外省有一套房，产权要发函核对，回函还没到")  # fmt: skip
    return opened.case_id


def extension_granted(city: _City) -> UUID:
    """The police needed more days for a dwelling far away, and got them."""
    opened = _taken_in(
        city, "陈立新", date(1990, 5, 1), "residence_permit", answers=PERMIT,
        papers=("identity_card", "photograph", "work_proof"), days_ago=12, hukou="430102001001",
    )  # fmt: skip
    _accepted(opened)
    asked = _asked(city.staff("examiner_public_security_city"), opened.case_id, taken_up=11, asked=4, days=10,
                   reason="住处在水库库区，交通不便，上门核实要等渡船")  # fmt: skip
    matters.approve_extension(
        actor=city.staff("head_police"),
        request_id=asked,
        days=8,
        reason="住处偏远、交通不便，上门核实需要更多时间",
        at=moment(3, 9),
    )
    return opened.case_id


def _living(city: _City, name: str, born_on: date, *, days_ago: int) -> _Opened:
    answers = LIVING | {"card_number": card_number(born_on)}
    item = "minimum_living_allowance"
    return _accepted(_taken_in(city, name, born_on, item, answers=answers, papers=LIVING_PAPERS, days_ago=days_ago))


def _handed_on(city: _City, case_id: UUID, *, taken_up: int, handed_on: int) -> None:
    street = city.staff("examiner_civil_affairs_xinyang")
    matters.take_up_case(actor=street, case_id=case_id, at=moment(taken_up, 9))
    matters.hand_on(
        actor=street,
        case_id=case_id,
        is_in_favour=True,
        text="入户看过，情况和申报的一致",
        at=moment(handed_on, 16),
    )


def _asked(actor: Actor, case_id: UUID, *, taken_up: int, asked: int, days: int, reason: str) -> UUID:
    matters.take_up_case(actor=actor, case_id=case_id, at=moment(taken_up, 10))
    return matters.request_extension(actor=actor, case_id=case_id, days=days, reason=reason, at=moment(asked, 15))


# ── one office ──


def public_notice(city: _City) -> UUID:
    """The union has found the hardship and shows it to the public."""
    opened = _taken_in(
        city, "班小芬", date(1979, 3, 30), "worker_hardship_file", answers=WORKER,
        papers=("identity_card", "income_statement"), days_ago=8,
    )  # fmt: skip
    _accepted(opened)
    union = city.staff("examiner_trade_unions_city")
    matters.take_up_case(actor=union, case_id=opened.case_id, at=moment(7, 9))
    findings: dict[str, bool | str] = {
        "holds.union_membership": True,
        "worker_hardship": "deep",
        "household.luxury_school": False,
    }
    for name, value in findings.items():
        matters.record_finding(
            actor=union,
            case_id=opened.case_id,
            attribute=name,
            value=value,
            source="走访记录",
            at=moment(4, 11),
        )
    matters.begin_public_notice(actor=union, case_id=opened.case_id, at=moment(2, 9))
    return opened.case_id


def granted_at_once(city: _City) -> UUID:
    """Decided by the rules from what the registers know; an examiner wants to look at it once more."""
    known = {"student": False, "holds.other_pension": False, "born_on": "1988-05-05", "hukou_division": WANLI}
    opened = _taken_in(
        city, "苏美琪", date(1988, 5, 5), "resident_pension_enrolment", answers=PENSION,
        papers=("identity_card", "household_register"), days_ago=3, known=known,
    )  # fmt: skip
    _accepted(opened)
    bureau = city.staff("examiner_human_resources_city")
    if matters.course_of_case(bureau, opened.case_id).review is None:  # type: ignore[union-attr]
        matters.draw_sample(actor=bureau, case_id=opened.case_id, at=moment(2, 9))
    return opened.case_id


def waits_at_once(city: _City) -> UUID:
    """Nine minutes ago at the desk; the registers do not know all, so somebody on duty has to look, by the minute."""
    opened = _taken_in(
        city, "甘小芸", date(1992, 3, 14), "resident_pension_enrolment", answers=PENSION,
        papers=("identity_card", "household_register"), at=times.utc_now() - timedelta(minutes=9),
    )  # fmt: skip
    return _accepted(opened).case_id


def deemed_accepted(city: _City) -> UUID:
    """A licence: the desk said nothing for five working days, so it was accepted on the day it came in."""
    opened = _taken_in(
        city, "卢文德", date(1958, 12, 4), "elevator_addition", answers=LIFT, desk="fenglingbei",
        papers=("identity_card", "vote_record", "design", "agreement_on_costs"), days_ago=12,
    )  # fmt: skip
    matters.notice_is_late(case_id=opened.case_id, at=moment(2, 0))
    return opened.case_id


def terminated(city: _City) -> UUID:
    """The applicant has died."""
    case_id = Course(dict(city.ids), Sample("韦月娥", date(1934, 3, 9), WANLI, WANLI, "wanli", 11, 10)).run()
    matters.terminate_case(
        actor=city.staff("examiner_xixiangtang"),
        case_id=case_id,
        cause="death",
        reason="死亡证明（样例）已核，户口已经注销",
        at=moment(5, 11),
    )
    return case_id


def archived(city: _City) -> UUID:
    """Handed over long ago and put away by the clock."""
    sample = Sample("岑阿秀", date(1935, 10, 10), WANLI, WANLI, "wanli", 62, 61, proposed=58, signed=57, delivered=55)
    case_id = Course(dict(city.ids), sample).run()
    matters.archive_is_due(case_id=case_id, at=moment(25, 16))
    return case_id


def revoked(city: _City) -> UUID:
    """Granted and fetched; then the payment lists of another city came."""
    sample = Sample("苏月兰", date(1939, 3, 8), WANLI, WANLI, "wanli", 40, 39, proposed=36, signed=35, delivered=33)
    case_id = Course(dict(city.ids), sample).run()
    matters.revoke_decision(
        actor=city.staff("signer_xixiangtang"),
        case_id=case_id,
        ground="not_entitled",
        reason="柳州市的津贴发放名册显示，申请人已在柳州市领取高龄津贴（样例）。",
        heard="三天前书面告知，本人说忘了柳州还在发，没有别的意见。",
        at=moment(3, 15),
    )
    return case_id


# ── at the desk ──


def not_accepted(city: _City) -> UUID:
    opened = _allowance(city, "蒋国强", date(1945, 2, 2), days_ago=6)
    reason = "户口在柳州市，高龄津贴要向户籍所在地的民政部门申请，我们已经把电话抄给您。"
    matters.refuse_to_accept(actor=opened.clerk, case_id=opened.case_id, reason=reason, at=_later(opened))
    return opened.case_id


def awaiting_papers(city: _City) -> UUID:
    opened = _allowance(city, "唐桂珍", date(1944, 7, 7), days_ago=2, papers=("identity_card", "household_register"))
    note = "社会保障卡没有带，补一张正面照片就行"
    matters.request_papers(actor=opened.clerk, case_id=opened.case_id, note=note, at=_later(opened))
    return opened.case_id


def deemed_withdrawn(city: _City) -> UUID:
    opened = _allowance(city, "农朝贵", date(1943, 6, 18), days_ago=45, papers=("identity_card",))
    note = "户口簿和社会保障卡都没有带，补齐再受理"
    matters.request_papers(actor=opened.clerk, case_id=opened.case_id, note=note, at=_later(opened))
    matters.supplement_is_late(case_id=opened.case_id, at=moment(10, 0))
    return opened.case_id


def filed_online(city: _City) -> UUID:
    """A son for his mother of a hundred years, last night; it lies at the desk of their community."""
    son = people.actor_of_resident(city.ids["son_of_centenarian"], on=city.today)
    at = moment(1, 21)
    mother = city.ids["centenarian"]
    case_id = matters.start_draft(actor=son, item_code="old_age_allowance", applicant_id=mother, at=at)
    answers = {"card_number": card_number(date(1925, 11, 2)), "bank": "样例银行", "delivery": "desk"}
    matters.save_draft(actor=son, case_id=case_id, answers=answers, at=at)
    for paper in ("social_security_card", "identity_card", "household_register", "letter_of_authorisation"):
        picture = matters.HandedIn(material_id=paper, status="uploaded", content=PICTURE, file_name="样例.png")
        matters.add_draft_material(actor=son, case_id=case_id, material=picture, at=at)
    matters.submit_case(actor=son, case_id=case_id, declaration="以上都是真实的", at=at + timedelta(minutes=14))
    return case_id


def withdrawn(city: _City) -> UUID:
    """Asked for a lawyer, and settled it the next day."""
    opened = _taken_in(
        city, "凌小燕", date(1955, 9, 12), "legal_aid", answers=LAWYER,
        papers=("identity_card", "case_papers", "hardship_declaration"), days_ago=15,
    )  # fmt: skip
    _accepted(opened)
    matters.withdraw_case(actor=people.actor_for(opened.resident), case_id=opened.case_id, at=moment(14, 9))
    return opened.case_id


def _allowance(
    city: _City, name: str, born_on: date, *, days_ago: int, papers: Sequence[str] = ("identity_card",)
) -> _Opened:
    answers = {"card_number": card_number(born_on), "bank": "样例银行", "delivery": "desk"}
    return _taken_in(city, name, born_on, "old_age_allowance", answers=answers, papers=papers, days_ago=days_ago)


# ── over a desk ──


def _taken_in(
    city: _City,
    name: str,
    born_on: date,
    item_code: str,
    *,
    answers: Mapping[str, object],
    papers: Sequence[str],
    desk: str = "wanli",
    days_ago: int = 0,
    at: datetime | None = None,
    hukou: str = WANLI,
    known: Mapping[str, object] = NOTHING,
) -> _Opened:
    """Somebody new at a desk, with these papers; `known` is what registers say of the person."""
    at = at or moment(days_ago, 10)
    resident = people.make_resident(
        name, born_on=born_on, home_community=WANLI, hukou_division=hukou, level=3, is_sample=True
    )
    for attribute, value in ({"hukou_division": hukou, "residence_division": WANLI} | dict(known)).items():
        people_api.record_attribute(
            actor=CLOCK, resident_id=resident.id, name=attribute, value=value, source="register:样例", at=at, level=3
        )
    clerk = city.staff(f"clerk_{desk}")
    card = matters.SeenCard(id_number=resident.id_number, is_original_seen=True, is_face_compared=True)
    matters.receive_visitor(actor=clerk, card=card, agent=None, at=at)
    case_id = matters.take_in_case(
        actor=clerk,
        item_code=item_code,
        answers=answers,
        materials=[matters.HandedIn(material_id=one, status="seen") for one in papers],
        at=at,
        is_sample=True,
    )
    return _Opened(case_id=case_id, clerk=clerk, resident=resident, at=at)


def _accepted(opened: _Opened) -> _Opened:
    matters.accept_case(actor=opened.clerk, case_id=opened.case_id, at=_later(opened))
    return opened


def _later(opened: _Opened) -> datetime:
    return opened.at + timedelta(minutes=9)
