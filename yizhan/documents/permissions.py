"""Who may do what with documents. Which file or document somebody may open is decided by its subject."""

from typing import Any

from yizhan.kernel.api import Actor, access
from yizhan.people import api as people

_officer = access.has_role(people.Role.SECURITY_OFFICER)
_keeper = access.has_role(people.Role.ADMINISTRATOR, people.Role.SECURITY_OFFICER, people.Role.AUDITOR)


def signs_for_its_issuer(actor: Actor, document: Any) -> bool:
    """A signer of the organisation that issued the document."""
    return document is None or document.issuer_organisation_id in actor.organisations(people.Role.SIGNER)


def leads_its_office(actor: Actor, keeping: Any) -> bool:
    """The lead of the office whose papers they are: the office that made a file says first that it may go."""
    return keeping is None or keeping.organisation_id in actor.organisations(people.Role.OFFICE_LEAD)


PERMISSIONS = {
    "documents.open": [access.any_of(access.is_signed_in, access.is_system)],
    "documents.revoke": [access.has_role(people.Role.SIGNER), signs_for_its_issuer],
    # 安全管理员 keeps the keys; the auditor sees what became of them. The system administrator has no hand in it.
    "documents.see_keys": [access.any_of(_officer, access.has_role(people.Role.AUDITOR))],
    # 销毁: the office's lead proposes, the security officer approves, the auditor reads. See migration 0004.
    "documents.see_retention": [access.any_of(_keeper, access.has_role(people.Role.OFFICE_LEAD))],
    "documents.see_all_retention": [_keeper],
    "documents.propose_disposal": [access.has_role(people.Role.OFFICE_LEAD), leads_its_office],
    "documents.approve_disposal": [_officer],
    "documents.manage_keys": [access.any_of(_officer, access.is_system)],
}
