"""Who may do what with notices: everybody reads his own, nobody another's."""

from yizhan.kernel.api import access

PERMISSIONS = {
    "notices.read_own": [access.is_resident],
}
