"""What somebody reads whose matter was not granted: why, and what can be done about it, without opening the paper."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from yizhan.catalogue import api as catalogue
from yizhan.matters import api as matters


@dataclass(frozen=True, kw_only=True)
class Remedies:
    """`reasons` is empty where they stand in the course of the case."""

    reasons: str
    ways: tuple[str, ...]


def remedies_of(case: matters.CaseView) -> Remedies | None:
    if not case.has_remedies:
        return None
    rights = catalogue.item_version(case.item_version_id).definition.rights
    ways = (
        _("{within}，可以向{body}申请行政复议。").format(within=rights.review.within, body=rights.review.body),
        _("{within}，也可以向{body}起诉。").format(within=rights.litigation.within, body=rights.litigation.body),
    )
    reasons = case.proposal.reasons if case.is_refused and case.proposal else ""
    return Remedies(reasons=reasons, ways=ways)
