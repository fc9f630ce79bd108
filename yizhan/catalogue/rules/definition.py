"""What an item file holds. These classes are the schema: the reader takes its fields and kinds from here.

The national exchange names its columns otherwise; ``NATIONAL_NAMES`` in ``catalogue/README.md`` lists the pairs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from yizhan.catalogue.rules.expression import Kind, Value

Scalar = bool | int | Decimal | str | date
T = TypeVar("T")


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


class ProjectType(StrEnum):
    """办件类型: 即办件, 承诺件."""

    INSTANT = "instant"
    PROMISED = "promised"


class ReviewType(StrEnum):
    """审查类型: 即审即办, 先审后批."""

    AT_ONCE = "at_once"
    REVIEW_FIRST = "review_first"


class Unit(StrEnum):
    WORKING = "working"
    NATURAL = "natural"


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
    department: Department
    level: Level
    responsible: Responsible
    legal_basis: tuple[LegalBasis, ...]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """办结时限, counted from acceptance."""

    unit: Unit
    promise_days: int
    legal_days: int
    promise_trust: Trust = Trust.CONFIRMED
    legal_trust: Trust = Trust.CONFIRMED
    explanation: Text = NOTHING


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
    place: Text
    hours: Text


@dataclass(frozen=True, kw_only=True)
class Step:
    id: str
    name: Text
    who: Text
    description: Text = NOTHING


@dataclass(frozen=True, kw_only=True)
class Result:
    name: Text
    ending: Ending
    sample: str = ""


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
class AttributeNeed:
    """A verified attribute this item looks at, and who can supply it."""

    kind: Kind
    title: Text
    supplier: Text
    minimum_level: int = 2
    self_declared: bool = False  # may the applicant's own word stand for it?


@dataclass(frozen=True, kw_only=True)
class DatedValue:
    value: Scalar | None = None
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


@dataclass(frozen=True, kw_only=True)
class Choice:
    value: str
    label: Text
    hint: Text = NOTHING


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
    id: str
    title: Text
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
    item_type: ItemType
    codes: Codes
    authority: Authority
    limits: Limits
    handling: Handling
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

    def form_fields(self) -> Iterator[FormField]:
        for section in self.form:
            yield from section.fields

    def answer_kinds(self) -> dict[str, Kind]:
        return {f"a.{one.id}": ANSWER_KINDS.get(one.kind, Kind.TEXT) for one in self.form_fields()}


ANSWER_KINDS = {
    FieldKind.BOOLEAN: Kind.BOOLEAN,
    FieldKind.DATE: Kind.DATE,
    FieldKind.INTEGER: Kind.NUMBER,
    FieldKind.MONEY_FEN: Kind.NUMBER,
}


def as_value(raw: Scalar | None, kind: Kind) -> Value | None:
    """A scalar of a file, or of its stored form, as the language sees it. Raises ValueError."""
    if raw is None:
        return None
    if kind is Kind.BOOLEAN and isinstance(raw, bool):
        return raw
    if kind is Kind.NUMBER and not isinstance(raw, (bool, date)):
        return number(raw)
    if kind is Kind.DATE and not isinstance(raw, (bool, int, Decimal)):
        return raw if isinstance(raw, date) else date.fromisoformat(raw)
    if kind is Kind.TEXT and isinstance(raw, str):
        return raw
    raise ValueError(raw)


def number(raw: int | Decimal | str) -> Decimal:
    try:
        return Decimal(raw)
    except ArithmeticError:
        raise ValueError(raw) from None
