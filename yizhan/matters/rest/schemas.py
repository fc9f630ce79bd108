"""What a machine sends and gets: the shapes of cases."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

Number = Annotated[
    str,
    Field(min_length=15, max_length=18, description="The number of the identity card; in the body and nowhere else."),
]
Answer = Annotated[str, Field(max_length=500)]
StateName = Annotated[str, Field(pattern=r"^[a-z_]{0,20}$")]


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")


class PersonIn(Strict):
    id_number: Number


class MaterialIn(Strict):
    """A picture or PDF of a material on the item's list."""

    id: Annotated[str, Field(max_length=40)]
    file_name: Annotated[str, Field(max_length=100)] = ""
    content: Annotated[str, Field(description="Base64", max_length=20_000_000)]


class CaseIn(Strict):
    """`identity_level` is the level (L0–L4) at which this system has checked who stands before it."""

    item: Annotated[str, Field(max_length=60)]
    applicant: PersonIn
    agent: PersonIn | None = None
    identity_level: Annotated[int, Field(ge=0, le=4)]
    declaration: Annotated[str, Field(min_length=1, max_length=500)]
    answers: Annotated[dict[Annotated[str, Field(max_length=60)], Answer], Field(max_length=100)] = {}
    materials: Annotated[list[MaterialIn], Field(max_length=30)] = []


class SeenPaper(Strict):
    """A paper at the desk: the original was seen, or it is missing."""

    id: Annotated[str, Field(max_length=40)]
    status: Literal["seen", "missing"] = "seen"


class DeskAgentIn(PersonIn):
    """Who stands at the desk for the person. `relation` counts where none is registered yet and a letter was seen."""

    relation: Literal["daughter", "son", "spouse", "parent", "guardian", "other"] = "other"
    is_letter_seen: bool = False


class DeskCaseIn(Strict):
    """The clerk has the original card in her hand; `household` is the division that the household register shows."""

    item: Annotated[str, Field(max_length=60)]
    applicant: PersonIn
    agent: DeskAgentIn | None = None
    is_original_seen: bool
    is_face_compared: bool = False
    household: Annotated[str, Field(pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12})?$")] = ""
    answers: Annotated[dict[Annotated[str, Field(max_length=60)], Answer], Field(max_length=100)] = {}
    materials: Annotated[list[SeenPaper | MaterialIn], Field(max_length=30)] = []
    accept: bool = False


class MaterialsIn(Strict):
    materials: Annotated[list[MaterialIn], Field(min_length=1, max_length=30)]


class FindingIn(Strict):
    """What the office found where it looked: a verified attribute that the item asks for."""

    attribute: Annotated[str, Field(max_length=60)]
    value: bool | Annotated[str, Field(max_length=100)]
    source: Annotated[str, Field(min_length=1, max_length=40)]


class SupplementIn(Strict):
    materials: Annotated[list[Annotated[str, Field(max_length=40)]], Field(min_length=1, max_length=30)]
    note: Annotated[str, Field(min_length=1, max_length=500)]


class ProposalIn(Strict):
    outcome: Literal["granted", "refused"]
    reasons: Annotated[str, Field(max_length=2000)] = ""


class CaseReceipt(Schema):
    id: UUID
    reference: str
    state: str
    url: str


class CaseMaterialOut(Schema):
    id: str
    name: str
    status: str
    pages: int


class SupplementOut(Schema):
    materials: list[str]
    note: str
    asked_at: datetime
    after_acceptance: bool


class CaseOut(Schema):
    """A case without its person: whoever handed it in knows for whom."""

    id: UUID
    reference: str
    state: str
    state_words: str
    item: str
    item_version_id: UUID
    desk: str
    office: str
    received_at: datetime | None
    accepted_at: datetime | None
    decided_at: datetime | None
    due_on: date | None
    outcome: str
    materials: list[CaseMaterialOut]
    supplement: SupplementOut | None
    is_sample: bool


class CaseLineOut(Schema):
    id: UUID
    reference: str
    state: str
    state_words: str
    item: str
    item_name: str
    created_at: datetime
    accepted_at: datetime | None
    due_on: date | None


class CasePage(Schema):
    cases: list[CaseLineOut]
    next: str | None


class PaperOut(Schema):
    """A paper of the case; `verify_url` is the public page that says whether it is genuine."""

    id: UUID
    title: str
    number: str
    issuer: str
    issued_at: datetime
    sha256: str
    is_signed: bool
    verify_url: str
    revoked_at: datetime | None


class DecisionOut(Schema):
    outcome: str
    decided_at: datetime
    papers: list[PaperOut]


class ApplicantOut(Schema):
    """The person of a case, as the office's own page shows her; the look is remembered and she sees it."""

    name: str
    id_number_masked: str
    phone_masked: str
    sex: str | None
    born_on: date | None
    home_community: str
    hukou_division: str
    level: int
    answers: dict[str, str]
