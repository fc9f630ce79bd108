"""Old-age allowances of the sample city, brought to where they stand by the services themselves, at past moments."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from yizhan.kernel.api import Actor, times
from yizhan.matters import api as matters
from yizhan.people import testing as people

WANLI, XINZHU, RONGMO, FENGLINGBEI = "450107006010", "450103001005", "450103400002", "450103004003"
ITEM = "old_age_allowance"
PAPERS = ("social_security_card", "identity_card", "household_register")


@dataclass(frozen=True)
class Sample:
    """An applicant, the desk, and how many days ago each step was taken; None: not yet."""

    name: str
    born_on: date
    home: str
    hukou: str
    desk: str
    accepted: int
    taken_up: int | None = None
    asked: int | None = None
    proposed: int | None = None
    signed: int | None = None
    delivered: int | None = None
    outcome: str = "granted"


SAMPLES = (
    Sample("陆兆明", date(1938, 4, 12), WANLI, WANLI, "xinzhu", 36, 33),
    Sample("农凤英", date(1944, 9, 3), WANLI, WANLI, "wanli", 19, 17, proposed=1),
    Sample("李少平", date(1943, 1, 26), WANLI, WANLI, "fenglingbei", 18, 15),
    Sample("莫月珍", date(1941, 11, 8), WANLI, WANLI, "wanli", 13, 12),
    Sample("黄瑞兰", date(1946, 2, 17), XINZHU, WANLI, "xinzhu", 12, 11, asked=8),
    Sample("韦秀芬", date(1945, 8, 30), WANLI, WANLI, "wanli", 8, 7, proposed=2),
    Sample("甘庆福", date(1940, 5, 5), RONGMO, WANLI, "rongmo", 7, 6),
    Sample("蓝金花", date(1942, 12, 1), WANLI, WANLI, "wanli", 6, 5),
    Sample("梁显贵", date(1939, 7, 19), WANLI, WANLI, "wanli", 4),
    Sample("卢永清", date(1944, 3, 23), FENGLINGBEI, WANLI, "fenglingbei", 1),
    Sample("覃玉莲", date(1936, 6, 2), XINZHU, XINZHU, "xinzhu", 9, 8),
    Sample("周桂香", date(1943, 10, 14), XINZHU, XINZHU, "xinzhu", 5),
    Sample("廖文芳", date(1945, 1, 9), RONGMO, RONGMO, "wanli", 3),
    Sample("蒙秀英", date(1941, 4, 4), WANLI, WANLI, "wanli", 25, 24, proposed=16, signed=15),
    Sample("陶阿贵", date(1937, 9, 27), WANLI, WANLI, "xinzhu", 40, 39, proposed=33, signed=32, delivered=29),
    Sample("谢玉珍", date(1950, 2, 6), WANLI, WANLI, "wanli", 30, 29, proposed=24, signed=23, outcome="refused"),
)


def allowances(ids: dict[str, UUID]) -> dict[str, UUID]:
    """By the applicant's name."""
    return {sample.name: Course(ids, sample).run() for sample in SAMPLES}


class Course:
    def __init__(self, ids: dict[str, UUID], sample: Sample) -> None:
        self.sample = sample
        office = "xixiangtang" if sample.hukou.startswith("450107") else "qingxiu"
        today = times.local_day(times.utc_now())
        self.clerk, self.examiner, self.signer = (
            people.actor_of_staff(ids[key], on=today)
            for key in (f"clerk_{sample.desk}", f"examiner_{office}", f"signer_{office}")
        )

    def run(self) -> UUID:
        case_id = self._accepted()
        sample = self.sample
        steps: tuple[tuple[int | None, Callable[[UUID, datetime], object]], ...] = (
            (sample.taken_up, self._take_up),
            (sample.asked, self._ask),
            (sample.proposed, self._propose),
            (sample.signed, self._sign),
            (sample.delivered, self._deliver),
        )
        for number, (days_ago, act) in enumerate(steps):
            if days_ago is not None:
                act(case_id, moment(days_ago, 14 if number < 3 else 16))
        return case_id

    def _accepted(self) -> UUID:
        sample, at = self.sample, moment(self.sample.accepted, 10)
        resident = people.make_resident(
            sample.name,
            born_on=sample.born_on,
            home_community=sample.home,
            hukou_division=sample.hukou,
            is_sample=True,
        )
        self.card = matters.SeenCard(id_number=resident.id_number, is_original_seen=True, is_face_compared=True)
        matters.receive_visitor(actor=self.clerk, card=self.card, agent=None, at=at)
        matters.record_household(actor=self.clerk, division=sample.hukou, at=at)
        case_id = matters.take_in_case(
            actor=self.clerk,
            item_code=ITEM,
            answers={"card_number": card_number(sample.born_on), "bank": "样例银行", "delivery": "desk"},
            materials=[matters.HandedIn(material_id=one, status="seen") for one in PAPERS],
            at=at,
            is_sample=True,
        )
        matters.accept_case(actor=self.clerk, case_id=case_id, at=at + timedelta(minutes=9))
        return case_id

    def _take_up(self, case_id: UUID, at: datetime) -> None:
        matters.take_up_case(actor=self.examiner, case_id=case_id, at=at)

    def _ask(self, case_id: UUID, at: datetime) -> None:
        matters.request_supplement(
            actor=self.examiner,
            case_id=case_id,
            materials=["social_security_card"],
            note="社会保障卡照片反光，看不清卡号，请重拍正面",
            at=at,
        )

    def _propose(self, case_id: UUID, at: datetime) -> None:
        matters.record_finding(
            actor=self.examiner,
            case_id=case_id,
            attribute="receives.old_age_allowance",
            value=False,
            source="高龄津贴发放名册（样例）",
            at=at - timedelta(minutes=20),
        )
        matters.propose_decision(
            actor=self.examiner,
            case_id=case_id,
            outcome=self.sample.outcome,
            reasons="" if self.sample.outcome == "granted" else "申请人还没有满 80 周岁，从满 80 周岁起可以再申请。",
            at=at,
        )

    def _sign(self, case_id: UUID, at: datetime) -> None:
        matters.sign_decision(actor=self.signer, case_id=case_id, at=at)

    def _deliver(self, case_id: UUID, at: datetime) -> None:
        code = matters.get_case(Actor.system("matters.demo"), case_id).pickup_code
        matters.open_delivery(actor=self.clerk, pickup_code=code, card=self.card, at=at)
        matters.deliver_case(actor=self.clerk, case_id=case_id, at=at + timedelta(minutes=4))


def card_number(born_on: date) -> str:
    """Invented, another one for each birthday."""
    return f"62170000{born_on:%Y%m%d}019"


def moment(days_ago: int, hour: int) -> datetime:
    """That day at that hour in the city, never later than now."""
    day = times.local_day(times.utc_now()) - timedelta(days=days_ago)
    return datetime.combine(day, time(hour), tzinfo=times.SHANGHAI)
