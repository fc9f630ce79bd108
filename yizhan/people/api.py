"""The door of people: residents, who acts for whom, organisations, staff and roles, and who looked into a record.

Everything is keyword-only; ids and frozen views cross, never a row. Moments (`at`) are aware, days (`on`) are legal
days in Asia/Shanghai. A record is read for a purpose (`Purpose`) and every look is remembered before it answers.

Desk    find_resident_at_desk · open_intake · residents_near_desk · current_intake · attach_intake_to_case ·
        close_intake · close_current_intake · open_for_delivery · check_identity_at_desk · record_attribute ·
        register_resident · add_relation · narrow_relation · end_relation
Reading person_card · person_file · reveal_id_number · address_of · attributes_of · contact_of · reads_of ·
        is_name_known
Acting  agents_of · principals_of · may_act_for · may_act_in_part_for
Offices organisation · organisation_names · organisations · responsible_organisation · government_of · desk_for ·
        staff_card · staff_cards · staff_numbered · holders_of · open_organisation · employ_staff · assign_role ·
        end_roles · link_account
Console appoint · change_phone_of_a_keeper · keepers
Subjects "people.resident" and "people.organisation"; facts in yizhan.facts.people.
"""

from yizhan.people.queries.clients import Caller, NotYourStaff, acting_staff, caller_of_token, sample_clients
from yizhan.people.queries.homes import home_key
from yizhan.people.queries.labels import DEPARTMENTS, LEVELS, PURPOSES, RELATIONS, ROLES, SCOPES, SEXES
from yizhan.people.queries.organisations import (
    OrganisationNotFound,
    desk_for,
    government_of,
    holders_of,
    organisation,
    organisation_names,
    organisations,
    responsible_organisation,
    staff_card,
    staff_cards,
    staff_numbered,
)
from yizhan.people.queries.people import (
    agents_of,
    contact_of,
    is_name_known,
    may_act_for,
    may_act_in_part_for,
    principals_of,
)
from yizhan.people.queries.reads import reads_of
from yizhan.people.queries.views import (
    Attribute,
    Contact,
    Intake,
    ListedPerson,
    OrganisationView,
    PersonCard,
    PersonFile,
    PersonPage,
    ReadPage,
    ReadView,
    RelationView,
    StaffCard,
)
from yizhan.people.rules.acting import Presence, RelationKind
from yizhan.people.rules.ages import age_on, reaches_age_on
from yizhan.people.rules.identity import Sex
from yizhan.people.rules.levels import CheckMethod, IdentityDocument, Level
from yizhan.people.rules.looking import Purpose
from yizhan.people.rules.organisations import Department, OrganisationKind, Role, contains, territory_prefix
from yizhan.people.services.accounts import link_account, staff_without_second_factor
from yizhan.people.services.appointing import Appointment, appoint, change_phone_of_a_keeper, keepers
from yizhan.people.services.checking import (
    AttributeRefused,
    NotAtTheDesk,
    NumberDiffers,
    SeenDocument,
    check_identity_at_desk,
    match_number,
    record_attribute,
)
from yizhan.people.services.clients import Credentials, NewClient, register_client, revoke_client
from yizhan.people.services.filing import ApplicantUnknown, person_for_filing
from yizhan.people.services.forgetting import forget_ended_sessions, forget_ended_tokens
from yizhan.people.services.intake import (
    AgentMissing,
    AgentNotAuthorised,
    Authorisation,
    IntakeNotOpen,
    WorkplaceUnclear,
    attach_intake_to_case,
    close_current_intake,
    close_intake,
    current_intake,
    find_resident_at_desk,
    open_for_delivery,
    open_intake,
    residents_near_desk,
)
from yizhan.people.services.leaked import LeakedList, LeakedListRefused, find_leaked_list, is_leaked, load_leaked_list
from yizhan.people.services.organising import (
    NewOrganisation,
    OrganisationCodeRefused,
    assign_role,
    employ_staff,
    end_roles,
    open_organisation,
)
from yizhan.people.services.reading import (
    ResidentNotFound,
    address_of,
    attributes_of,
    person_card,
    person_file,
    reveal_id_number,
)
from yizhan.people.services.registering import (
    AddressRefused,
    IdentityNumberRefused,
    IdentityNumberTaken,
    NameRefused,
    Particulars,
    PhoneRefused,
    PlaceRefused,
    register_resident,
)
from yizhan.people.services.relating import (
    AgentLevelTooLow,
    NewRelation,
    RelationExists,
    RelationNotFound,
    RelationRefused,
    add_relation,
    end_relation,
    narrow_relation,
)

__all__ = [
    "DEPARTMENTS",
    "LEVELS",
    "PURPOSES",
    "RELATIONS",
    "ROLES",
    "SCOPES",
    "SEXES",
    "AddressRefused",
    "AgentLevelTooLow",
    "AgentMissing",
    "AgentNotAuthorised",
    "ApplicantUnknown",
    "Appointment",
    "Attribute",
    "AttributeRefused",
    "Authorisation",
    "Caller",
    "CheckMethod",
    "Contact",
    "Credentials",
    "Department",
    "IdentityDocument",
    "IdentityNumberRefused",
    "IdentityNumberTaken",
    "Intake",
    "IntakeNotOpen",
    "LeakedList",
    "LeakedListRefused",
    "Level",
    "ListedPerson",
    "NameRefused",
    "NewClient",
    "NewOrganisation",
    "NewRelation",
    "NotAtTheDesk",
    "NotYourStaff",
    "NumberDiffers",
    "OrganisationCodeRefused",
    "OrganisationKind",
    "OrganisationNotFound",
    "OrganisationView",
    "Particulars",
    "PersonCard",
    "PersonFile",
    "PersonPage",
    "PhoneRefused",
    "PlaceRefused",
    "Presence",
    "Purpose",
    "ReadPage",
    "ReadView",
    "RelationExists",
    "RelationKind",
    "RelationNotFound",
    "RelationRefused",
    "RelationView",
    "ResidentNotFound",
    "Role",
    "SeenDocument",
    "Sex",
    "StaffCard",
    "WorkplaceUnclear",
    "acting_staff",
    "add_relation",
    "address_of",
    "age_on",
    "agents_of",
    "appoint",
    "assign_role",
    "attach_intake_to_case",
    "attributes_of",
    "caller_of_token",
    "change_phone_of_a_keeper",
    "check_identity_at_desk",
    "close_current_intake",
    "close_intake",
    "contact_of",
    "contains",
    "current_intake",
    "desk_for",
    "employ_staff",
    "end_relation",
    "end_roles",
    "find_leaked_list",
    "find_resident_at_desk",
    "forget_ended_sessions",
    "forget_ended_tokens",
    "government_of",
    "holders_of",
    "home_key",
    "is_leaked",
    "is_name_known",
    "keepers",
    "link_account",
    "load_leaked_list",
    "match_number",
    "may_act_for",
    "may_act_in_part_for",
    "narrow_relation",
    "open_for_delivery",
    "open_intake",
    "open_organisation",
    "organisation",
    "organisation_names",
    "organisations",
    "person_card",
    "person_file",
    "person_for_filing",
    "principals_of",
    "reaches_age_on",
    "reads_of",
    "record_attribute",
    "register_client",
    "register_resident",
    "residents_near_desk",
    "responsible_organisation",
    "reveal_id_number",
    "revoke_client",
    "sample_clients",
    "staff_card",
    "staff_cards",
    "staff_numbered",
    "staff_without_second_factor",
    "territory_prefix",
]
