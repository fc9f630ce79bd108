"""Who approves more days (行政许可法 42): the office's signer, its head, or the government's head."""

from collections.abc import Mapping
from enum import StrEnum


class Approver(StrEnum):
    """The same words as an item uses."""

    SIGNER = "signer"
    HEAD = "head"
    GOVERNMENT_HEAD = "government_head"


# By which role of people each of them answers.
ROLE_OF: Mapping[Approver, str] = {
    Approver.SIGNER: "signer",
    Approver.HEAD: "office_head",
    Approver.GOVERNMENT_HEAD: "government_head",
}
APPROVING_ROLES = tuple(ROLE_OF.values())
