"""Who may do what with persons, relations and organisations."""

from __future__ import annotations

from yizhan.kernel.api import Actor, access
from yizhan.people.rules.organisations import OFFICE_ROLES, Role

_desk = access.has_role(Role.DESK_CLERK)
_delivery = access.has_role(Role.DESK_CLERK, Role.DELIVERY_CLERK)
_office = access.has_role(Role.EXAMINER, Role.SIGNER)
_administrator = access.any_of(access.has_role(Role.ADMINISTRATOR), access.is_system)
_security_officer = access.any_of(access.has_role(Role.SECURITY_OFFICER), access.is_system)
_keeps_the_house = access.has_role(Role.ADMINISTRATOR, Role.SECURITY_OFFICER, Role.AUDITOR)


def is_machine_client(actor: Actor, _obj: object) -> bool:
    return actor.client is not None


def is_somebody_else(actor: Actor, staff_id: object) -> bool:
    """Nobody grants himself a role, takes his own away, or changes how he himself signs in."""
    return staff_id is None or actor.staff_id != staff_id


PERMISSIONS: dict[str, list[access.Predicate]] = {
    # a person for himself
    "people.own_page": [access.is_signed_in],
    "people.own_reads": [access.is_resident],
    "people.name_oneself": [access.is_signed_in],
    "people.match_number": [access.is_resident, access.has_level(1)],
    "people.protect_account": [access.any_of(access.is_staff, access.is_resident)],
    "people.choose_password": [access.is_staff],
    "people.own_devices": [access.is_signed_in],
    "people.choose_workplace": [access.is_staff],
    # the desk
    "people.find_at_desk": [_desk],
    "people.list_own_territory": [_desk],
    "people.deliver_at_desk": [_delivery],
    "people.check_identity": [_desk],
    "people.clear_app_at_desk": [_desk],
    "people.register_resident": [access.any_of(_desk, access.is_system)],
    "people.establish_relation": [access.any_of(_desk, access.is_system)],
    "people.record_attribute": [access.any_of(_desk, _office, access.is_system)],
    # the office, for a case that matters has found to be its own
    "people.look_for_case": [access.has_role(*sorted(OFFICE_ROLES))],
    # keeping the house: 三员分立. Who keeps accounts grants no rights, who grants rights keeps no accounts,
    # and the auditor only reads.
    "people.see_house": [_keeps_the_house],
    "people.manage_organisations": [_administrator],
    "people.manage_staff": [_administrator, is_somebody_else],
    "people.grant_roles": [_security_officer, is_somebody_else],
    "people.load_leaked_list": [access.is_system],
    "people.appoint_the_three": [access.is_system],
    # leave
    "people.hand_over": [access.is_staff],
    # organisations' own systems
    "people.manage_clients": [_security_officer],
    "people.identify_for_filing": [access.is_client],
    "people.own_client": [is_machine_client],
    "people.sign_out_everywhere": [access.is_signed_in],
}
