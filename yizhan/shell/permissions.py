"""Who may see the machine room: the outbox belongs to administrators, the audit to the auditor; kept apart."""

from collections.abc import Mapping, Sequence

from yizhan.kernel.api import access

PERMISSIONS: Mapping[str, Sequence[access.Predicate]] = {
    "shell.outbox": [access.has_role("administrator")],
    "shell.audit": [access.has_role("auditor")],
    # The calendar: the administrator changes it, the other two of the house read it.
    "shell.calendar": [access.has_role("administrator", "security_officer", "auditor")],
    "shell.enter_calendar": [access.has_role("administrator")],
    "shell.staff_home": [access.is_staff],
}
