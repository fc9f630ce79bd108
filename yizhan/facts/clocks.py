"""What clocks publishes."""

from dataclasses import dataclass
from datetime import date

from yizhan.kernel.api import Fact, Subject


@dataclass(frozen=True, kw_only=True)
class LimitRecounted(Fact):
    """A new notice of days off has moved the due day of a limit; its subject is the thing that the limit is of."""

    subject_kind = "clocks.clock"
    subject_field = "of_id"

    of_kind: str
    of_id: str
    due_on: date | None

    @property
    def subject(self) -> Subject:
        return Subject(self.of_kind, self.of_id)
