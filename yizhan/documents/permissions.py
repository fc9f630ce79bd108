"""Who may do what with documents. Which file or document somebody may open is decided by its subject."""

from yizhan.kernel.api import access

PERMISSIONS = {
    "documents.open": [access.is_signed_in],
}
