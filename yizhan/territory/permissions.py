"""Who may change what everybody counts by. Reading places and days is open to every room."""

from yizhan.kernel.api import access

PERMISSIONS = {
    "territory.enter_notice": [access.any_of(access.is_system, access.has_role("administrator"))],
}
