"""What somebody reads whose matter was not granted: why, and what can be done about it, without opening the paper."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from yizhan.catalogue import api as catalogue
from yizhan.matters import api as matters

State = matters.State
# Ended against the applicant's wish; of these the reason stands in the course of the case.
_TOLD_IN_THE_COURSE = (State.NOT_ACCEPTED, State.TERMINATED, State.REVOKED)


@dataclass(frozen=True, kw_only=True)
class Remedies:
    """`reasons` is empty where they stand in the course of the case."""

    reasons: str
    ways: tuple[str, ...]


def remedies_of(case: matters.CaseView) -> Remedies | None:
    is_refused = case.is_decided and case.outcome == "refused"
    if not is_refused and case.state not in _TOLD_IN_THE_COURSE:
        return None
    rights = catalogue.item_version(case.item_version_id).definition.rights
    ways = (
        _("{within}，可以向{body}申请行政复议。").format(within=rights.review.within, body=rights.review.body),
        _("{within}，也可以向{body}起诉。").format(within=rights.litigation.within, body=rights.litigation.body),
    )
    reasons = case.proposal.reasons if is_refused and case.proposal else ""
    return Remedies(reasons=reasons, ways=ways)
