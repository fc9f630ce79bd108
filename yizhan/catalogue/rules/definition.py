"""What an item file holds. These classes are the schema: the reader takes its fields and kinds from here.

The national exchange names its columns otherwise; ``NATIONAL_NAMES`` in ``catalogue/README.md`` lists the pairs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from itertools import groupby
from typing import Any, TypeVar

from yizhan.catalogue.rules.expression import Expression, Kind, Member, Value

Scalar = bool | int | Decimal | str | date
Raw = bool | int | Decimal | str | date | tuple[Scalar | None, ...]
T = TypeVar("T")
MAX_MAGNITUDE = 18


@dataclass(frozen=True, slots=True)
class Text:
    """Words for a person: Chinese is the source, English where it has been written."""

    zh: str
    en: str = ""

    def __str__(self) -> str:
        return self.zh

    def __bool__(self) -> bool:
        return bool(self.zh)


NOTHING = Text("")


def spoken(thing: T, language: str) -> T:
    """The same definition with every text in ``language`` ("en", else Chinese)."""
    if not language.startswith("en"):
        return thing
    return _spoken(thing)


def _spoken(thing: T) -> T:
    if isinstance(thing, Text):
        return replace(thing, zh=thing.en or thing.zh)
    if isinstance(thing, tuple):
        return tuple(_spoken(part) for part in thing)  # type: ignore[return-value]
    if isinstance(thing, Mapping):
        return {key: _spoken(part) for key, part in thing.items()}  # type: ignore[return-value]
    if is_dataclass(thing) and not isinstance(thing, type):
        return replace(thing, **{part.name: _spoken(getattr(thing, part.name)) for part in fields(thing)})
    return thing


class Trust(StrEnum):
    """How far a figure or a quotation may be relied on."""

    CONFIRMED = "confirmed"
    TO_BE_CONFIRMED = "to_be_confirmed"
    HISTORICAL = "historical"


class LifeEvent(StrEnum):
    """What happens in a life that brings somebody to the desk."""

    BIRTH = "birth"
    STUDY_AND_WORK = "study_and_work"
    SETTLING = "settling"
    HOUSING = "housing"
    OLD_AGE = "old_age"
    DISABILITY = "disability"
    HARDSHIP = "hardship"
    MONEY = "money"
    DISPUTE = "dispute"


class ItemType(StrEnum):
    """事项类型, with the national code as ``code``."""

    LICENCE = "licence"
    PENALTY = "penalty"
    COERCION = "coercion"
    LEVY = "levy"
    BENEFIT = "benefit"
    INSPECTION = "inspection"
    CONFIRMATION = "confirmation"
    REWARD = "reward"
    RULING = "ruling"
    OTHER_POWER = "other_power"
    PUBLIC_SERVICE = "public_service"

    @property
    def code(self) -> str:
        codes = ("01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "20")
        return codes[list(ItemType).index(self)]


class Department(StrEnum):
    PUBLIC_SECURITY = "public_security"
    HUMAN_RESOURCES = "human_resources"
    CIVIL_AFFAIRS = "civil_affairs"
    HOUSING = "housing"
    HEALTH = "health"
    FINANCE = "finance"
    JUSTICE = "justice"
    TRADE_UNIONS = "trade_unions"
    ETHNIC_AFFAIRS = "ethnic_affairs"
    DISABLED_PERSONS = "disabled_persons"


class Level(StrEnum):
    """行使层级."""

    NATIONAL = "national"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"

    @property
    def code(self) -> str:
        """Its digit in an implementation code."""
        return str(list(Level).index(self) + 1)


class ProjectType(StrEnum):
    """办件类型: 即办件, 承诺件."""

    INSTANT = "instant"
    PROMISED = "promised"


class ReviewType(StrEnum):
    """审查类型: 即审即办, 先审后批."""

    AT_ONCE = "at_once"
    REVIEW_FIRST = "review_first"


class ItemKind(StrEnum):
    """Which course an item takes; worked out from what its file says, never written there.

    即办件; 承诺件 of one office; of several offices of one department in turn; of several departments (联办).
    """

    INSTANT = "instant"
    PROMISED = "promised"
    STAGED = "staged"
    JOINT = "joint"


class Stage(StrEnum):
    """环节: 收件, 受理, 审查, 公示, 决定, 办结, 送达."""

    RECEIVE = "receive"
    ACCEPT = "accept"
    EXAMINE = "examine"
    PUBLISH = "publish"
    DECIDE = "decide"
    CLOSE = "close"
    DELIVER = "deliver"


class Unit(StrEnum):
    WORKING = "working"
    NATURAL = "natural"


class LateNotice(StrEnum):
    """What it means if the applicant is not told in time what is missing: 视为受理, or nothing by itself."""

    DEEMED_ACCEPTED = "deemed_accepted"
    NONE = "none"


class LateSupplement(StrEnum):
    """What it means if the applicant does not supplement in time: 视为撤回, or a decision on what is there."""

    DEEMED_WITHDRAWN = "deemed_withdrawn"
    DECIDED_AS_IT_IS = "decided_as_it_is"


class SpecialKind(StrEnum):
    """特别程序: 听证, 检验检测, 检疫, 鉴定, 专家评审, 入户和经济状况核查, 实地核查."""

    HEARING = "hearing"
    TESTING = "testing"
    QUARANTINE = "quarantine"
    APPRAISAL = "appraisal"
    EXPERT_REVIEW = "expert_review"
    HOUSEHOLD_CHECK = "household_check"
    SITE_VISIT = "site_visit"


class Approver(StrEnum):
    """Who may extend: the office's signer (分管负责人), its head (机关负责人), the government's head."""

    SIGNER = "signer"
    HEAD = "head"
    GOVERNMENT_HEAD = "government_head"


class Agents(StrEnum):
    """Who may file for the person: anybody authorised, relatives and guardians, or nobody."""

    ANYBODY = "anybody"
    RELATIVES = "relatives"
    NOBODY = "nobody"


class ArchiveTerm(StrEnum):
    """归档保管期限."""

    TEN_YEARS = "ten_years"
    THIRTY_YEARS = "thirty_years"
    PERMANENT = "permanent"


class Nature(StrEnum):
    """实施主体性质: 法定机关, 授权组织, 受委托组织."""

    STATUTORY_BODY = "statutory_body"
    AUTHORISED_BODY = "authorised_body"
    ENTRUSTED_BODY = "entrusted_body"


class ItemState(StrEnum):
    """事项状态: 在用, 暂停, 取消."""

    IN_USE = "in_use"
    PAUSED = "paused"
    CANCELLED = "cancelled"


class Audience(StrEnum):
    """服务对象."""

    NATURAL_PERSON = "natural_person"
    ENTERPRISE = "enterprise"
    INSTITUTION = "institution"
    SOCIAL_ORGANISATION = "social_organisation"
    OTHER = "other"


class Channel(StrEnum):
    """办理形式: 窗口, 网上, 快递."""

    WINDOW = "window"
    ONLINE = "online"
    POST = "post"


class Scope(StrEnum):
    """通办范围."""

    NATION = "nation"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"


class Ending(StrEnum):
    """办结方式: 出证办结, 出文办结, 审批办结, 其他."""

    CERTIFICATE = "certificate"
    LETTER = "letter"
    APPROVAL = "approval"
    OTHER = "other"


class Necessity(StrEnum):
    """材料必要性: 必要, 非必要, 容缺后补."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    LATER = "later"


class Origin(StrEnum):
    """来源渠道: 申请人自备, 政府部门核发, 其他."""

    APPLICANT = "applicant"
    GOVERNMENT = "government"
    OTHER = "other"


class MaterialType(StrEnum):
    """材料类型: 原件, 复印件, 原件和复印件."""

    ORIGINAL = "original"
    COPY = "copy"
    BOTH = "both"


class Medium(StrEnum):
    """材料形式."""

    PAPER = "paper"
    ELECTRONIC = "electronic"
    EITHER = "either"


class FieldKind(StrEnum):
    """Kinds of form fields; ``answer_kind`` in ``answers`` says how the language sees each."""

    TEXT = "text"
    NAME = "name"
    DIGITS = "digits"
    PHONE = "phone"
    IDENTITY_NUMBER = "identity_number"
    CHOICE = "choice"
    BOOLEAN = "boolean"
    DATE = "date"
    INTEGER = "integer"
    MONEY_FEN = "money_fen"


@dataclass(frozen=True, kw_only=True)
class Codes:
    """Three layers of codes; empty where the city has not given one."""

    basic: str = ""
    implementation: str = ""
    handling: str = ""
    local_basic: str = ""
    local_implementation: str = ""
    trust: Trust = Trust.TO_BE_CONFIRMED
    note: Text = NOTHING


@dataclass(frozen=True, kw_only=True)
class LegalBasis:
    title: Text
    article: Text = NOTHING
    quotation: Text = NOTHING
    source: str = ""
    trust: Trust = Trust.TO_BE_CONFIRMED


@dataclass(frozen=True, kw_only=True)
class Responsible:
    """Which office of the department decides: the one for the first ``digits`` of the attribute ``division_of``."""

    division_of: str
    digits: int
    description: Text


@dataclass(frozen=True, kw_only=True)
class Authority:
    """Who decides, on which ground. Offices of other departments that join in stand in the steps."""

    department: Department
    level: Level
    responsible: Responsible
    legal_basis: tuple[LegalBasis, ...]
    nature: Nature = Nature.STATUTORY_BODY
    power_source: Text = NOTHING
    entrusted_to: Text = NOTHING
    quantity_limit: Text = NOTHING


@dataclass(frozen=True, kw_only=True)
class Limits:
    """办结时限, counted from acceptance."""

    unit: Unit
    promise_days: int
    legal_days: int
    promise_trust: Trust = Trust.CONFIRMED
    promise_source: str = ""
    legal_trust: Trust = Trust.CONFIRMED
    legal_source: str = ""
    explanation: Text = NOTHING


# ── the course of a case ──


@dataclass(frozen=True, kw_only=True)
class Filing:
    """Who may file, and how sure the city must be of the person (实名等级). At a desk the card decides."""

    minimum_level: int = 3
    agents: Agents = Agents.ANYBODY
    guardian_below: int = 14  # for whoever is younger only a guardian files; 0: no such age
    trust: Trust = Trust.TO_BE_CONFIRMED
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class NoticeClock:
    """From receipt: within which time what is missing is told, once and completely."""

    days: int = 5
    unit: Unit = Unit.WORKING
    when_late: LateNotice = LateNotice.NONE
    trust: Trust = Trust.TO_BE_CONFIRMED
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Supplement:
    """补齐补正: how long the applicant has. While it lasts the limits stand still if ``stops_clock``."""

    days: int = 30
    unit: Unit = Unit.NATURAL
    when_late: LateSupplement = LateSupplement.DEEMED_WITHDRAWN
    after_acceptance: bool = True
    stops_clock: bool = True
    trust: Trust = Trust.TO_BE_CONFIRMED
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class SpecialProcedure:
    """特别程序: time that is not counted, with its ground and its own end."""

    id: str
    kind: SpecialKind
    name: Text
    basis: Text
    maximum_days: int
    unit: Unit = Unit.WORKING
    step: str = ""  # the step in which it may begin; any, if empty
    trust: Trust = Trust.TO_BE_CONFIRMED
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Extension:
    """延期: at most so many days of the limit's own kind, once, told with its reason."""

    days: int
    approver: Approver
    approved_by: Text
    basis: Text
    trust: Trust = Trust.TO_BE_CONFIRMED
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class PublicNotice:
    """公示: at least so many days, where, and what of the person is shown. ``counted``: within the limits."""

    step: str  # the step of stage ``publish``
    minimum_days: int
    unit: Unit = Unit.WORKING
    counted: bool = False
    place: Text
    shows: Text
    trust: Trust = Trust.TO_BE_CONFIRMED
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """送达, counted from the decision."""

    days: int = 10
    unit: Unit = Unit.WORKING
    trust: Trust = Trust.TO_BE_CONFIRMED
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Instant:
    """即办: decided by the rules where every clause stands on these sources, else by an examiner on duty.

    ``sources`` of a clause are beginnings of source names (``public_security`` is also ``public_security.register``).
    """

    automatic: bool
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sampling_percent: int = 0
    examiner_minutes: int
    duty_from: str = "09:00"  # the minutes run between these hours of working days
    duty_until: str = "17:00"
    trust: Trust = Trust.TO_BE_CONFIRMED
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Archive:
    """归档: so many days after delivery, kept for a term."""

    after_days: int = 30
    term: ArchiveTerm = ArchiveTerm.THIRTY_YEARS
    trust: Trust = Trust.TO_BE_CONFIRMED
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """The clocks and turns of a case of this item. What is left out holds as these classes say."""

    notice: NoticeClock = NoticeClock()
    supplement: Supplement = Supplement()
    special: tuple[SpecialProcedure, ...] = ()
    extension: Extension | None = None
    public_notice: PublicNotice | None = None
    delivery: Delivery = Delivery()
    instant: Instant | None = None
    archive: Archive = Archive()


@dataclass(frozen=True, kw_only=True)
class Handling:
    project_type: ProjectType
    review_type: ReviewType
    audience: tuple[Audience, ...]
    personal_topics: tuple[str, ...] = ()
    corporate_topics: tuple[str, ...] = ()
    channels: tuple[Channel, ...]
    scope: Scope
    visits: int
    visits_reason: Text = NOTHING
    online: bool
    online_depth: int = 0
    online_url: str = ""
    mobile_url: str = ""
    single_sign_on: bool = False
    place: Text
    hours: Text
    in_service_hall: bool = True
    bookable: bool = False
    bookings_a_day: int = 0
    self_service: bool = False
    delivered_by_post: bool = False


@dataclass(frozen=True, kw_only=True)
class StepOffice:
    """Whose work a step is: the department's office for the first ``digits`` of the attribute ``division_of``."""

    department: Department
    level: Level
    division_of: str
    digits: int


@dataclass(frozen=True, kw_only=True)
class Step:
    """环节. ``office`` left out: the responsible one. ``limit_days`` are of the item's own kind of days."""

    id: str
    name: Text
    who: Text
    description: Text = NOTHING
    stage: Stage | None = None
    office: StepOffice | None = None
    limit_days: int | None = None
    trust: Trust = Trust.TO_BE_CONFIRMED
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class OfficeStep:
    """What one office does of a case, from having it to handing it on; ``steps`` are those of the course."""

    steps: tuple[str, ...]
    name: Text
    office: StepOffice
    limit_days: int | None
    decides: bool


@dataclass(frozen=True, kw_only=True)
class Result:
    """``sample`` is a file beside the item's; ``sample_lines`` stand in the item itself."""

    name: Text
    ending: Ending
    sample: str = ""
    sample_lines: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Fee:
    charged: bool
    item: Text = NOTHING
    basis: Text = NOTHING
    online_payment: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Remedy:
    body: Text
    within: Text
    address: Text = NOTHING
    phone: str = ""
    trust: Trust = Trust.TO_BE_CONFIRMED


@dataclass(frozen=True, kw_only=True)
class Rights:
    review: Remedy
    litigation: Remedy
    entitled: tuple[Text, ...] = ()
    duties: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Contacts:
    consult_phone: str
    complaint_phone: str
    is_sample: bool = False


@dataclass(frozen=True, kw_only=True)
class Question:
    question: Text
    answer: Text


@dataclass(frozen=True, kw_only=True)
class Choice:
    value: str
    label: Text
    hint: Text = NOTHING


@dataclass(frozen=True, kw_only=True)
class AttributeNeed:
    """A verified attribute this item looks at, and who can supply it."""

    kind: Kind
    title: Text
    supplier: Text
    minimum_level: int = 2
    self_declared: bool = False  # may the applicant's own word stand for it?
    sources: tuple[str, ...] = ()  # beginnings of the sources that count; empty: every source
    of_household: bool = False  # told of the household, not of the person alone
    unit: Text = NOTHING
    choices: tuple[Choice, ...] = ()  # of a text, where only some words are possible


@dataclass(frozen=True, kw_only=True)
class DatedValue:
    value: Raw | None = None
    valid_from: date
    valid_until: date | None = None
    trust: Trust
    source: str = ""
    note: Text = NOTHING

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


@dataclass(frozen=True, kw_only=True)
class Parameter:
    title: Text
    kind: Kind
    unit: Text = NOTHING
    values: tuple[DatedValue, ...]

    def on(self, day: date) -> DatedValue | None:
        """The value in force; a value that was true once is not in force."""
        return next((v for v in self.values if v.trust is not Trust.HISTORICAL and v.holds_on(day)), None)


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One condition of entitlement. In its texts ``{age}``, ``{met_on}``, ``{p.x}`` and attributes are filled in."""

    id: str
    expression: str
    statement: Text
    met: Text
    not_met: Text
    not_yet: Text = NOTHING
    not_known: Text
    refusal: Text
    levels: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Band:
    """An amount for those of whom ``when`` is true."""

    id: str
    title: Text
    when: str
    parameter: str


@dataclass(frozen=True, kw_only=True)
class Benefit:
    rhythm: Text
    begins: Text
    trust: Trust
    bands: tuple[Band, ...]


@dataclass(frozen=True, kw_only=True)
class Material:
    id: str
    name: Text
    necessity: Necessity
    origin: Origin
    issuer: Text = NOTHING
    type: MaterialType
    medium: Medium = Medium.EITHER
    copies: int = 0
    standard: Text = NOTHING
    hint: Text = NOTHING
    basis: Text = NOTHING
    shareable: bool = False
    when: str = ""
    when_words: Text = NOTHING  # when it is wanted, for who reads the whole list
    size: str = ""  # 纸质材料规格
    blank_form: str = ""
    example: str = ""
    licence_code: str = ""  # 对应电子证照目录编码
    remark: Text = NOTHING


@dataclass(frozen=True, kw_only=True)
class FormField:
    id: str
    label: Text
    kind: FieldKind
    hint: Text = NOTHING
    required: bool = True
    personal: bool = False
    when: str = ""
    choices: tuple[Choice, ...] = ()
    min_length: int = 1
    max_length: int = 60
    minimum: int | None = None
    maximum: int | None = None
    autocomplete: str = "off"
    from_context: str = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """A page of the form; ``step`` is its title in two or three characters, for the line of steps."""

    id: str
    title: Text
    step: Text = NOTHING
    fields: tuple[FormField, ...]


@dataclass(frozen=True, kw_only=True)
class ItemDefinition:
    code: str
    version: int
    effective_from: date
    effective_until: date | None = None
    name: Text
    english_name: str = ""
    summary: Text
    keywords: tuple[str, ...] = ()
    life_events: tuple[LifeEvent, ...] = ()
    state: ItemState = ItemState.IN_USE
    item_type: ItemType
    codes: Codes
    authority: Authority
    limits: Limits
    handling: Handling
    filing: Filing = Filing()
    procedure: Procedure = Procedure()
    intermediary: Text = NOTHING
    attributes: Mapping[str, AttributeNeed]
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    eligibility: tuple[Clause, ...]
    benefit: Benefit | None = None
    materials: tuple[Material, ...]
    form: tuple[Section, ...]
    steps: tuple[Step, ...]
    result: Result | None = None
    fee: Fee
    rights: Rights
    contacts: Contacts
    questions: tuple[Question, ...] = ()

    def form_fields(self) -> tuple[FormField, ...]:
        return self._fields

    @cached_property
    def _fields(self) -> tuple[FormField, ...]:
        return tuple(one for section in self.form for one in section.fields)

    @cached_property
    def read_conditions(self) -> dict[str, Expression]:
        """Conditions of this version that have been read already: each filing asks dozens of them again."""
        return {}

    @property
    def kind(self) -> ItemKind:
        offices = self.office_steps()
        if self.handling.project_type is ProjectType.INSTANT:
            return ItemKind.INSTANT
        if len({one.office.department for one in offices}) > 1:
            return ItemKind.JOINT
        return ItemKind.STAGED if len(offices) > 1 else ItemKind.PROMISED

    @property
    def responsible_office(self) -> StepOffice:
        who = self.authority.responsible
        return StepOffice(
            department=self.authority.department,
            level=self.authority.level,
            division_of=who.division_of,
            digits=who.digits,
        )

    def office_of(self, step: Step) -> StepOffice:
        return step.office or self.responsible_office

    def office_steps(self) -> tuple[OfficeStep, ...]:
        """The offices in turn: what one office does in a row is one. The last of them decides."""
        worked = [step for step in self.steps if stage_of(step) in {Stage.EXAMINE, Stage.DECIDE}]
        if not worked:
            name = NOTHING if not self.steps else self.steps[-1].name
            return (OfficeStep(steps=(), name=name, office=self.responsible_office, limit_days=None, decides=True),)
        runs = [(office, tuple(steps)) for office, steps in groupby(worked, self.office_of)]
        return tuple(_office_step(office, steps, decides=at == len(runs)) for at, (office, steps) in enumerate(runs, 1))

    def answer_kinds(self) -> dict[str, Kind]:
        return {f"a.{one.id}": ANSWER_KINDS.get(one.kind, Kind.TEXT) for one in self.form_fields()}


def stage_of(step: Step) -> Stage | None:
    """What the step is; older files name it by the step's id."""
    return step.stage or (Stage(step.id) if step.id in set(Stage) else None)


def _office_step(office: StepOffice, steps: tuple[Step, ...], *, decides: bool) -> OfficeStep:
    limits = [step.limit_days for step in steps if step.limit_days is not None]
    return OfficeStep(
        steps=tuple(step.id for step in steps),
        name=steps[0].name,
        office=office,
        limit_days=sum(limits) if limits else None,
        decides=decides,
    )


ANSWER_KINDS = {
    FieldKind.BOOLEAN: Kind.BOOLEAN,
    FieldKind.DATE: Kind.DATE,
    FieldKind.INTEGER: Kind.NUMBER,
    FieldKind.MONEY_FEN: Kind.NUMBER,
}


def as_value(raw: Any, kind: Kind) -> Value | None:
    """What a file, a source or the stored form says, as the language sees it. Raises ValueError."""
    if raw is None:
        return None
    member = kind.of_members
    if member is not None:
        if not isinstance(raw, (list, tuple)):
            raise ValueError(raw)
        return tuple(_as_member(one, member) for one in raw)
    return _as_member(raw, kind)


def _as_member(raw: Any, kind: Kind) -> Member | None:
    if raw is None:
        return None
    if kind is Kind.BOOLEAN and isinstance(raw, bool):
        return raw
    if kind is Kind.NUMBER and isinstance(raw, (int, Decimal, str)) and not isinstance(raw, bool):
        return number(raw)
    if kind is Kind.DATE and isinstance(raw, (str, date)):
        return raw if isinstance(raw, date) else date.fromisoformat(raw)
    if kind is Kind.TEXT and isinstance(raw, str):
        return raw
    raise ValueError(raw)


def number(raw: int | Decimal | str) -> Decimal:
    try:
        found = Decimal(raw)
    except ArithmeticError:
        raise ValueError(raw) from None
    if not found.is_finite() or found.adjusted() > MAX_MAGNITUDE:  # no amount, no count of anything
        raise ValueError(raw)
    return found
