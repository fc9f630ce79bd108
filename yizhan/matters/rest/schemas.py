"""What a machine sends and gets: the shapes of cases."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

Number = Annotated[str, Field(min_length=15, max_length=18, description="公民身份号码；只放在请求体里")]
Answer = Annotated[str, Field(max_length=500)]


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")


class PersonIn(Strict):
    id_number: Number


class MaterialIn(Strict):
    """A picture or PDF of a material on the item's list."""

    id: Annotated[str, Field(max_length=40)]
    file_name: Annotated[str, Field(max_length=100)] = ""
    content: Annotated[str, Field(description="Base64", max_length=2_800_000)]


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
