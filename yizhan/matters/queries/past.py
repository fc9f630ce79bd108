"""What several parts of a case's page ask of its past; each is read once, and only where the item foresees it."""

from functools import cached_property

from yizhan.catalogue import api as catalogue
from yizhan.matters.models import Case, ExtensionRequest, Opinion, Proposal, Suspension


class Past:
    def __init__(self, case: Case) -> None:
        self.case = case
        self.course = catalogue.course_of(case.item_version_id)

    @cached_property
    def proposal(self) -> Proposal | None:
        """The latest one."""
        return self.case.proposals.select_related("proposed_by").order_by("-proposed_at", "-id").first()

    @cached_property
    def extension_requests(self) -> list[ExtensionRequest]:
        """The oldest first, with what was denied."""
        if self.course.procedure.extension is None:
            return []
        return list(self.case.extension_requests.select_related("denial").order_by("number"))

    @cached_property
    def suspensions(self) -> list[Suspension]:
        """The oldest first."""
        return list(self.case.suspensions.order_by("begun_at")) if self.course.procedure.special else []

    @cached_property
    def opinions(self) -> list[tuple[Opinion, str]]:
        """What each office said, in turn, with the office's name."""
        if len(self.course.offices) == 1:
            return []
        found = list(self.case.opinions.select_related("given_by").order_by("number"))
        names = dict(self.case.turns.values_list("number", "organisation__name")) if found else {}
        return [(one, str(names.get(one.number, ""))) for one in found]
