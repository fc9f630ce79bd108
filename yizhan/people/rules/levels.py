"""How surely the city knows that a person is who he says (identity assurance, 实名等级)."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Level(IntEnum):
    NONE = 0
    PHONE = 1
    NUMBER = 2
    DOCUMENT = 3
    IN_PERSON = 4


class CheckMethod(StrEnum):
    """What was done to be sure."""

    PHONE_CODE = "phone_code"
    NUMBER_MATCHED = "number_matched"
    DOCUMENT_BY_AGENT = "document_by_agent"
    DOCUMENT_AT_DESK = "document_at_desk"
    FACE_TO_FACE = "face_to_face"


LEVEL_OF_METHOD = {
    CheckMethod.PHONE_CODE: Level.PHONE,
    CheckMethod.NUMBER_MATCHED: Level.NUMBER,
    # The card was there and the person was not: the number is sure, the face is not.
    CheckMethod.DOCUMENT_BY_AGENT: Level.NUMBER,
    CheckMethod.DOCUMENT_AT_DESK: Level.DOCUMENT,
    CheckMethod.FACE_TO_FACE: Level.IN_PERSON,
}


class IdentityDocument(StrEnum):
    IDENTITY_CARD = "identity_card"
    TEMPORARY_CARD = "temporary_card"
    HOUSEHOLD_BOOK = "household_book"
    RESIDENCE_PERMIT = "residence_permit"
    PERMANENT_RESIDENT_CARD = "permanent_resident_card"


def level_after(current: Level, method: CheckMethod) -> Level:
    """A check lifts a level or leaves it; it never lowers one."""
    return max(current, LEVEL_OF_METHOD[method])
