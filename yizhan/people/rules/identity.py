"""Identity numbers of persons (GB 11643-1999) and organisations (GB 32100-2015)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError as NumberWrong

EARLIEST_BIRTH_YEAR = 1880
# Provinces and, as addresses of residence permits, Taiwan, Hong Kong and Macao. Division codes of old
# numbers stay valid for ever, so nothing finer than the province is looked at.
PROVINCES = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
RESIDENCE_PERMITS = frozenset({"810000", "820000", "830000"})


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


class IdentityKind(StrEnum):
    CITIZEN = "citizen"
    RESIDENCE_PERMIT = "residence_permit"
    PERMANENT_RESIDENT = "permanent_resident"


class IdentityFault(StrEnum):
    EMPTY = "empty"
    OLD_FIFTEEN = "old_fifteen"
    LENGTH = "length"
    CHARACTERS = "characters"
    REGION = "region"
    NO_SUCH_DAY = "no_such_day"
    FUTURE = "future"
    CHECK_DIGIT = "check_digit"


class IdentityNumberWrong(ValueError):
    """The text is no identity number; `fault` says why. Never carries the number."""

    def __init__(self, fault: IdentityFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class OrganisationCodeWrong(ValueError):
    """The text is no unified social credit code."""


@dataclass(frozen=True, kw_only=True)
class IdentityNumber:
    number: str
    kind: IdentityKind
    born_on: date
    sex: Sex

    def __repr__(self) -> str:
        return f"IdentityNumber({self.kind})"


def compact(text: str) -> str:
    """Full-width digits become plain, separators go, a lower-case x is lifted."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()


def parse_identity_number(text: str, *, today: date) -> IdentityNumber:
    """Read an 18-character number. Raises IdentityNumberWrong with the first thing that is wrong."""
    number = compact(text)
    if fault := _form_fault(number):
        raise IdentityNumberWrong(fault)
    born_on = _birth_date(number)
    if born_on > today:
        raise IdentityNumberWrong(IdentityFault.FUTURE)
    if ric.calc_check_digit(number) != number[-1]:
        raise IdentityNumberWrong(IdentityFault.CHECK_DIGIT)
    sex = Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
    return IdentityNumber(number=number, kind=_kind(number), born_on=born_on, sex=sex)


def _form_fault(number: str) -> IdentityFault | None:
    if not number:
        return IdentityFault.EMPTY
    if re.fullmatch(r"[0-9]{15}", number):
        return IdentityFault.OLD_FIFTEEN
    if len(number) != 18:
        return IdentityFault.LENGTH
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return IdentityFault.CHARACTERS
    # A permanent resident's card (since 2023) starts with 9 and keeps the other places.
    region = number[1:3] if number[0] == "9" else number[:2]
    return None if PROVINCES.fullmatch(region) else IdentityFault.REGION


def _birth_date(number: str) -> date:
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise IdentityNumberWrong(IdentityFault.NO_SUCH_DAY) from None
    if born_on.year < EARLIEST_BIRTH_YEAR:
        raise IdentityNumberWrong(IdentityFault.NO_SUCH_DAY)
    return born_on


def _kind(number: str) -> IdentityKind:
    if number[0] == "9":
        return IdentityKind.PERMANENT_RESIDENT
    return IdentityKind.RESIDENCE_PERMIT if number[:6] in RESIDENCE_PERMITS else IdentityKind.CITIZEN


def with_check_digit(seventeen: str) -> str:
    """Complete seventeen digits to a whole number, for synthetic sample data."""
    return seventeen + ric.calc_check_digit(seventeen + "0")


def parse_organisation_code(text: str) -> str:
    """A unified social credit code in its standard form. Raises OrganisationCodeWrong."""
    try:
        return str(uscc.validate(compact(text)))
    except NumberWrong as error:
        raise OrganisationCodeWrong(type(error).__name__) from None
