"""What is remembered of persons, organisations and looks into records."""

from yizhan.people.models.accounts import Account, DeviceSession, SignInGuard
from yizhan.people.models.clients import MachineClient
from yizhan.people.models.delegations import Delegation, DelegationEnd
from yizhan.people.models.evidence import LevelCheck, RecordRead, VerifiedAttribute
from yizhan.people.models.grants import IntakeGrant
from yizhan.people.models.organisations import Organisation, RoleAssignment, Staff
from yizhan.people.models.residents import Relation, Resident

__all__ = [
    "Account",
    "Delegation",
    "DelegationEnd",
    "DeviceSession",
    "IntakeGrant",
    "LevelCheck",
    "MachineClient",
    "Organisation",
    "RecordRead",
    "Relation",
    "Resident",
    "RoleAssignment",
    "SignInGuard",
    "Staff",
    "VerifiedAttribute",
]
