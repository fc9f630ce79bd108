"""The door of matters: a case (办件) from the desk to the signed decision and its delivery.

At the desk: receive_visitor, record_household, take_in_case, accept_case, refuse_to_accept, request_papers, add_papers,
complete_answers, receive_for_case, open_delivery, decision_in_hand, deliver_case, receipt_at_desk, print_at_desk.
In the office: take_up_case, record_finding, request_supplement, propose_decision, return_proposal, sign_decision.
Online: start_draft, save_draft, add_draft_material, remove_draft_material, reuse_material, submit_case, discard_draft;
filing_options, own_drafts, find_draft.
The applicant: supplement_case, withdraw_case. Reading: find_case, office_queue, queue_counts, decided_list, own_cases,
desk_cases, desk_waiting, day_counts, assess_for, turn_of.

All keyword-only; ids and frozen views cross. `at` is an aware moment. Refusals are named at each function.
"""

from datetime import datetime
from uuid import UUID

from yizhan.kernel.api import Actor
from yizhan.matters.models import CASE
from yizhan.matters.queries.cases import (
    CasePage,
    CaseRow,
    CaseView,
    DeskLine,
    MaterialView,
    ProposalView,
    QueueFilter,
    StepView,
    SupplementView,
    day_counts,
    decided_list,
    desk_cases,
    desk_waiting,
    find_case,
    find_office_case,
    find_own_case,
    office_queue,
    own_cases,
    queue_counts,
)
from yizhan.matters.queries.drafts import (
    DraftRow,
    DraftView,
    Earlier,
    FilingChoice,
    FilingOptions,
    filing_options,
    find_draft,
    own_drafts,
)
from yizhan.matters.queries.telling import CaseNotice, notice_of
from yizhan.matters.queries.turns import Bar, Turn, turn_of
from yizhan.matters.queries.words import ACTION_WORDS, RELATION_WORDS, STATE_WORDS
from yizhan.matters.rules.states import Action, State
from yizhan.matters.services.deciding import ProposalChanged, sign_decision
from yizhan.matters.services.delivering import (
    DecisionInHand,
    NotTheRecipient,
    PickupCodeUnknown,
    TooManyWrongCodes,
    decision_in_hand,
    deliver_case,
    note_wrong_code,
    open_delivery,
    refuse_guessing,
)
from yizhan.matters.services.desk_cases import NotTheApplicant, receive_for_case, visitor_of_case
from yizhan.matters.services.desk_papers import DeskReceipt, print_at_desk, receipt_at_desk
from yizhan.matters.services.examination import (
    ClausesNotMet,
    FindingRefused,
    UnknownOutcome,
    assess_for,
    propose_decision,
    record_finding,
    request_supplement,
    return_proposal,
    supplement_case,
    take_up_case,
)
from yizhan.matters.services.filing import (
    DraftOutdated,
    GuardianFiles,
    LevelTooLow,
    NoDeskForHome,
    NotDeclared,
    NotFiledOnline,
    NotForThisPerson,
    TooManyPages,
    add_draft_material,
    discard_draft,
    remove_draft_material,
    reuse_material,
    save_draft,
    start_draft,
    submit_case,
)
from yizhan.matters.services.intake import (
    AlreadyAskedOnce,
    HukouUnknown,
    MaterialsMissing,
    NoResponsibleOffice,
    NothingMissing,
    ReasonMissing,
    accept_case,
    add_papers,
    complete_answers,
    record_household_of_case,
    refuse_to_accept,
    request_papers,
    take_in_case,
    take_in_submitted,
)
from yizhan.matters.services.opening import (
    CaseAlreadyOpen,
    HandedIn,
)
from yizhan.matters.services.recounting import follow_recount
from yizhan.matters.services.steps import CaseActionNotAllowed, CaseNotFound
from yizhan.matters.services.visitors import (
    AgentNotRegistered,
    AgentNumberRefused,
    AgentSeen,
    CardNotSeen,
    NobodyAtTheDesk,
    SeenCard,
    current_visitor,
    filing_context,
    receive_visitor,
    record_household,
)
from yizhan.matters.services.withdrawing import withdraw_case


def get_case(actor: Actor, case_id: UUID) -> CaseView:
    """Raises CaseNotFound."""
    found = find_case(actor, case_id)
    if found is None:
        raise CaseNotFound
    return found


def get_office_case(actor: Actor, case_id: UUID) -> CaseView:
    """A case of the actor's offices. Raises CaseNotFound."""
    found = find_office_case(actor, case_id)
    if found is None:
        raise CaseNotFound
    return found


def get_draft(actor: Actor, case_id: UUID, at: datetime) -> DraftView:
    """A draft that the actor may go on with. Raises CaseNotFound."""
    found = find_draft(actor, case_id, at)
    if found is None:
        raise CaseNotFound
    return found


def get_own_case(actor: Actor, case_id: UUID) -> CaseView:
    """A case of the resident or of somebody he acts for. Raises CaseNotFound."""
    found = find_own_case(actor, case_id)
    if found is None:
        raise CaseNotFound
    return found


__all__ = [
    "ACTION_WORDS",
    "CASE",
    "RELATION_WORDS",
    "STATE_WORDS",
    "Action",
    "AgentNotRegistered",
    "AgentNumberRefused",
    "AgentSeen",
    "AlreadyAskedOnce",
    "Bar",
    "CardNotSeen",
    "CaseActionNotAllowed",
    "CaseAlreadyOpen",
    "CaseNotFound",
    "CaseNotice",
    "CasePage",
    "CaseRow",
    "CaseView",
    "ClausesNotMet",
    "DecisionInHand",
    "DeskLine",
    "DeskReceipt",
    "DraftOutdated",
    "DraftRow",
    "DraftView",
    "Earlier",
    "FilingChoice",
    "FilingOptions",
    "FindingRefused",
    "GuardianFiles",
    "HandedIn",
    "HukouUnknown",
    "LevelTooLow",
    "MaterialView",
    "MaterialsMissing",
    "NoDeskForHome",
    "NoResponsibleOffice",
    "NobodyAtTheDesk",
    "NotDeclared",
    "NotFiledOnline",
    "NotForThisPerson",
    "NotTheApplicant",
    "NotTheRecipient",
    "NothingMissing",
    "PickupCodeUnknown",
    "ProposalChanged",
    "ProposalView",
    "QueueFilter",
    "ReasonMissing",
    "SeenCard",
    "State",
    "StepView",
    "SupplementView",
    "TooManyPages",
    "TooManyWrongCodes",
    "Turn",
    "UnknownOutcome",
    "accept_case",
    "add_draft_material",
    "add_papers",
    "assess_for",
    "complete_answers",
    "current_visitor",
    "day_counts",
    "decided_list",
    "decision_in_hand",
    "deliver_case",
    "desk_cases",
    "desk_waiting",
    "discard_draft",
    "filing_context",
    "filing_options",
    "find_case",
    "find_draft",
    "find_office_case",
    "find_own_case",
    "follow_recount",
    "get_case",
    "get_draft",
    "get_office_case",
    "get_own_case",
    "note_wrong_code",
    "notice_of",
    "office_queue",
    "open_delivery",
    "own_cases",
    "own_drafts",
    "print_at_desk",
    "propose_decision",
    "queue_counts",
    "receipt_at_desk",
    "receive_for_case",
    "receive_visitor",
    "record_finding",
    "record_household",
    "record_household_of_case",
    "refuse_guessing",
    "refuse_to_accept",
    "remove_draft_material",
    "request_papers",
    "request_supplement",
    "return_proposal",
    "reuse_material",
    "save_draft",
    "sign_decision",
    "start_draft",
    "submit_case",
    "supplement_case",
    "take_in_case",
    "take_in_submitted",
    "take_up_case",
    "turn_of",
    "visitor_of_case",
    "withdraw_case",
]
