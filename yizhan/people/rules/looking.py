"""Why a record is read, which fields a look shows, and how long one look lasts."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class Purpose(StrEnum):
    INTAKE = "intake"
    FILED_ONLINE = "filed_online"
    DELIVERY = "delivery"
    EXAMINATION = "examination"
    DECISION = "decision"
    ELIGIBILITY = "eligibility"
    DESK_LIST = "desk_list"
    ACTING = "acting"
    NOTICE = "notice"


CARD_FIELDS = (
    "name",
    "id_number_masked",
    "phone_masked",
    "sex",
    "born_on",
    "home_community",
    "hukou_division",
    "level",
)
LIST_FIELDS = ("name", "id_number_masked", "born_on")
FULL_ID_NUMBER = "id_number"
ADDRESS = "address"

# Loading the same page again is the same look.
ONE_LOOK = timedelta(minutes=10)
# A grant that nobody closed ends with the half day at the desk.
GRANT_LASTS = timedelta(hours=4)
