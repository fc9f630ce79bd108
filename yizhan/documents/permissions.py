"""Who may do what with documents. Which file or document somebody may open is decided by its subject."""

from yizhan.kernel.api import access

PERMISSIONS = {
    "documents.open": [access.any_of(access.is_signed_in, access.is_system)],
}
