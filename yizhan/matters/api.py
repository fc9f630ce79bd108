"""The door of matters: a case (办件) from the desk to the signed decision and its delivery.

At the desk: receive_visitor, record_household, take_in_case, accept_case, refuse_to_accept, request_papers, add_papers,
complete_answers, receive_for_case, go_on_with_visitor, open_supplement, supplement_in_hand, supplement_at_desk,
open_withdrawal, withdrawal_in_hand, withdraw_at_desk, open_delivery, decision_in_hand, deliver_case, receipt_at_desk,
print_at_desk.
In the office: take_up_case, record_finding, request_supplement, propose_decision, return_proposal, sign_decision;
hand_on, begin_special_procedure, end_special_procedure, begin_public_notice, request_extension, terminate_case,
revoke_decision, archive_case, review_sample. Whoever approves more days: approve_extension, deny_extension;
extension_requests, extensions_waiting, extensions_answered, find_extension_request.
By the clock alone (timers): notice_is_late, supplement_is_late, step_is_over, special_procedure_is_over,
public_notice_is_over, instant_is_late, delivery_is_late, archive_is_due.
By an organisation's system: hand_in_case, change_case; case_line, case_lines, case_receipt.
Online: start_draft, save_draft, add_draft_material, remove_draft_material, reuse_material, submit_case, discard_draft;
filing_options, likely_applicant, own_drafts, find_draft.
The applicant: supplement_case, withdraw_case, receive_electronically. Reading: find_case, office_queue, queue_counts,
decided_list, own_cases, find_first, possible_duplicates, alike, desk_cases, desk_waiting, day_counts, assess_for,
assess_shown, turn_of, course_of_case, samples_waiting, lapses_of_desk, lapses_of_office, delivery_clocks,
find_passed_case, passed_list.

All keyword-only; ids and frozen views cross. `at` is an aware moment. Refusals are named at each function.
"""

from datetime import datetime
from uuid import UUID

from yizhan.kernel.api import Actor
from yizhan.matters.models import CASE, TURN
from yizhan.matters.queries.cases import (
    CaseView,
    DeskLine,
    MaterialView,
    ProposalView,
    StepView,
    SupplementView,
    day_counts,
    desk_cases,
    desk_waiting,
    find_case,
    find_office_case,
    find_own_case,
)
from yizhan.matters.queries.course import (
    CourseView,
    ExtensionView,
    LapseView,
    NoticePeriodView,
    OpinionView,
    ReviewView,
    SampleRow,
    SuspensionView,
    course_of_case,
    course_of_passed,
    delivery_clocks,
    lapses_of_desk,
    lapses_of_office,
    samples_waiting,
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
from yizhan.matters.queries.duplicates import Pointer, alike, find_first, keys_of, possible_duplicates
from yizhan.matters.queries.extensions import (
    ExtensionRequestView,
    extension_requests,
    extensions_answered,
    extensions_waiting,
    find_extension_request,
)
from yizhan.matters.queries.filed import CaseLine, Opened, case_lines, case_receipt, find_case_line
from yizhan.matters.queries.instants import AT_ONCE_SHOWN, InstantClock, InstantRow
from yizhan.matters.queries.lists import (
    MOST_COUNTED,
    CasePage,
    CaseRow,
    QueueFilter,
    decided_list,
    office_queue,
    own_cases,
    queue_counts,
    queue_rows,
)
from yizhan.matters.queries.office import OfficeCase, find_office_page
from yizhan.matters.queries.passing import find_passed_case, passed_list
from yizhan.matters.queries.telling import CaseNotice, notice_of
from yizhan.matters.queries.turns import Bar, Turn, turn_of
from yizhan.matters.queries.words import (
    ACTION_WORDS,
    CAUSE_WORDS,
    HEADLINES,
    LAPSE_WORDS,
    RELATION_WORDS,
    STATE_WORDS,
)
from yizhan.matters.rules.states import AT_THE_DESK, CLOSED, Action, State
from yizhan.matters.services.accepting import HomeUnknown, HukouUnknown, NoResponsibleOffice
from yizhan.matters.services.assessing import ClausesNotMet, assess_for, assess_shown
from yizhan.matters.services.assigning import (
    MOST_AT_ONCE,
    AlreadyWithHim,
    Assigned,
    AssigneeTookIn,
    AssignmentRefused,
    NotAnExaminerHere,
    TooManyAtOnce,
    assign_case,
    assign_cases,
    examiners_of,
)
from yizhan.matters.services.conditional import change_case
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
from yizhan.matters.services.desk_cases import (
    NotTheApplicant,
    go_on_with_visitor,
    receive_for_case,
    visitor_of_case,
)
from yizhan.matters.services.desk_papers import DeskReceipt, print_at_desk, receipt_at_desk
from yizhan.matters.services.desk_supplement import (
    SupplementInHand,
    open_supplement,
    supplement_at_desk,
    supplement_in_hand,
)
from yizhan.matters.services.desk_withdrawal import (
    RequestNotSeen,
    WithdrawalInHand,
    open_withdrawal,
    withdraw_at_desk,
    withdrawal_in_hand,
)
from yizhan.matters.services.duplicates import CaseAlreadyOpen
from yizhan.matters.services.ending import ARCHIVE as ARCHIVE_TIMER
from yizhan.matters.services.ending import UnknownCause, archive_case, archive_is_due, terminate_case
from yizhan.matters.services.examination import (
    FindingRefused,
    LaterPapersMissing,
    SupplementNotForeseen,
    UnknownOutcome,
    propose_decision,
    record_finding,
    request_supplement,
    return_proposal,
    supplement_case,
    take_up_case,
)
from yizhan.matters.services.extending import (
    ExtensionAlreadyAsked,
    ExtensionRequestNotFound,
    ExtensionTooLong,
    NobodyToApprove,
    NoExtension,
    approve_extension,
    deny_extension,
    request_extension,
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
from yizhan.matters.services.for_whom import NOBODY_LIKELY, Likely, likely_applicant
from yizhan.matters.services.handing_in import Filing, hand_in_case
from yizhan.matters.services.instant import INSTANT as INSTANT_TIMER
from yizhan.matters.services.instant import (
    NothingToDraw,
    SampleAlreadyReviewed,
    SampleNotFound,
    draw_sample,
    instant_is_late,
    review_sample,
)
from yizhan.matters.services.intake import (
    AlreadyAskedOnce,
    MaterialsMissing,
    NothingMissing,
    accept_case,
    add_papers,
    complete_answers,
    record_household_of_case,
    refuse_to_accept,
    request_papers,
    take_in_case,
    take_in_submitted,
)
from yizhan.matters.services.keeping import DRAFT_DAYS, years_kept
from yizhan.matters.services.keeping import register as keep_papers
from yizhan.matters.services.lapses import step_is_over
from yizhan.matters.services.limits import STEP as STEP_TIMER
from yizhan.matters.services.notice_clock import NOTICE as NOTICE_TIMER
from yizhan.matters.services.notice_clock import notice_is_late
from yizhan.matters.services.offices import NoNextOffice, NotTheLastOffice, hand_on
from yizhan.matters.services.opening import (
    HandedIn,
)
from yizhan.matters.services.publishing import NOTICE_PERIOD as PUBLIC_NOTICE_TIMER
from yizhan.matters.services.publishing import (
    NoPublicNotice,
    NoticeNotOver,
    begin_public_notice,
    public_notice_is_over,
)
from yizhan.matters.services.receiving import DELIVERY_TIMER, NotElectronic, delivery_is_late, receive_electronically
from yizhan.matters.services.recounting import follow_recount, follow_step_recount
from yizhan.matters.services.revoking import revoke_decision
from yizhan.matters.services.steps import CaseActionNotAllowed, CaseNotFound, ReasonMissing
from yizhan.matters.services.supplement_clock import SUPPLEMENT as SUPPLEMENT_TIMER
from yizhan.matters.services.supplement_clock import supplement_is_late
from yizhan.matters.services.suspending import SPECIAL as SPECIAL_TIMER
from yizhan.matters.services.suspending import (
    NoSuchProcedure,
    PlannedEndRefused,
    ProcedureUsed,
    begin_special_procedure,
    end_special_procedure,
    special_procedure_is_over,
)
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


def case_line(actor: Actor, case_id: UUID) -> CaseLine:
    """A case in short. Raises CaseNotFound."""
    found = find_case_line(actor, case_id)
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
    "ARCHIVE_TIMER",
    "AT_ONCE_SHOWN",
    "AT_THE_DESK",
    "CASE",
    "CAUSE_WORDS",
    "CLOSED",
    "DELIVERY_TIMER",
    "DRAFT_DAYS",
    "HEADLINES",
    "INSTANT_TIMER",
    "LAPSE_WORDS",
    "MOST_AT_ONCE",
    "MOST_COUNTED",
    "NOBODY_LIKELY",
    "NOTICE_TIMER",
    "PUBLIC_NOTICE_TIMER",
    "RELATION_WORDS",
    "SPECIAL_TIMER",
    "STATE_WORDS",
    "STEP_TIMER",
    "SUPPLEMENT_TIMER",
    "TURN",
    "Action",
    "AgentNotRegistered",
    "AgentNumberRefused",
    "AgentSeen",
    "AlreadyAskedOnce",
    "AlreadyWithHim",
    "Assigned",
    "AssigneeTookIn",
    "AssignmentRefused",
    "Bar",
    "CardNotSeen",
    "CaseActionNotAllowed",
    "CaseAlreadyOpen",
    "CaseLine",
    "CaseNotFound",
    "CaseNotice",
    "CasePage",
    "CaseRow",
    "CaseView",
    "ClausesNotMet",
    "CourseView",
    "DecisionInHand",
    "DeskLine",
    "DeskReceipt",
    "DraftOutdated",
    "DraftRow",
    "DraftView",
    "Earlier",
    "ExtensionAlreadyAsked",
    "ExtensionRequestNotFound",
    "ExtensionRequestView",
    "ExtensionTooLong",
    "ExtensionView",
    "Filing",
    "FilingChoice",
    "FilingOptions",
    "FindingRefused",
    "GuardianFiles",
    "HandedIn",
    "HomeUnknown",
    "HukouUnknown",
    "InstantClock",
    "InstantRow",
    "LapseView",
    "LaterPapersMissing",
    "LevelTooLow",
    "Likely",
    "MaterialView",
    "MaterialsMissing",
    "NoDeskForHome",
    "NoExtension",
    "NoNextOffice",
    "NoPublicNotice",
    "NoResponsibleOffice",
    "NoSuchProcedure",
    "NobodyAtTheDesk",
    "NobodyToApprove",
    "NotAnExaminerHere",
    "NotDeclared",
    "NotElectronic",
    "NotFiledOnline",
    "NotForThisPerson",
    "NotTheApplicant",
    "NotTheLastOffice",
    "NotTheRecipient",
    "NothingMissing",
    "NothingToDraw",
    "NoticeNotOver",
    "NoticePeriodView",
    "OfficeCase",
    "Opened",
    "OpinionView",
    "PickupCodeUnknown",
    "PlannedEndRefused",
    "Pointer",
    "ProcedureUsed",
    "ProposalChanged",
    "ProposalView",
    "QueueFilter",
    "ReasonMissing",
    "RequestNotSeen",
    "ReviewView",
    "SampleAlreadyReviewed",
    "SampleNotFound",
    "SampleRow",
    "SeenCard",
    "State",
    "StepView",
    "SupplementInHand",
    "SupplementNotForeseen",
    "SupplementView",
    "SuspensionView",
    "TooManyAtOnce",
    "TooManyPages",
    "TooManyWrongCodes",
    "Turn",
    "UnknownCause",
    "UnknownOutcome",
    "WithdrawalInHand",
    "accept_case",
    "add_draft_material",
    "add_papers",
    "alike",
    "approve_extension",
    "archive_case",
    "archive_is_due",
    "assess_for",
    "assess_shown",
    "assign_case",
    "assign_cases",
    "begin_public_notice",
    "begin_special_procedure",
    "case_line",
    "case_lines",
    "case_receipt",
    "change_case",
    "complete_answers",
    "course_of_case",
    "course_of_passed",
    "current_visitor",
    "day_counts",
    "decided_list",
    "decision_in_hand",
    "deliver_case",
    "delivery_clocks",
    "delivery_is_late",
    "deny_extension",
    "desk_cases",
    "desk_waiting",
    "discard_draft",
    "draw_sample",
    "end_special_procedure",
    "examiners_of",
    "extension_requests",
    "extensions_answered",
    "extensions_waiting",
    "filing_context",
    "filing_options",
    "find_case",
    "find_case_line",
    "find_draft",
    "find_extension_request",
    "find_first",
    "find_office_case",
    "find_office_page",
    "find_own_case",
    "find_passed_case",
    "follow_recount",
    "follow_step_recount",
    "get_case",
    "get_draft",
    "get_office_case",
    "get_own_case",
    "go_on_with_visitor",
    "hand_in_case",
    "hand_on",
    "instant_is_late",
    "keep_papers",
    "keys_of",
    "lapses_of_desk",
    "lapses_of_office",
    "likely_applicant",
    "note_wrong_code",
    "notice_is_late",
    "notice_of",
    "office_queue",
    "open_delivery",
    "open_supplement",
    "open_withdrawal",
    "own_cases",
    "own_drafts",
    "passed_list",
    "possible_duplicates",
    "print_at_desk",
    "propose_decision",
    "public_notice_is_over",
    "queue_counts",
    "queue_rows",
    "receipt_at_desk",
    "receive_electronically",
    "receive_for_case",
    "receive_visitor",
    "record_finding",
    "record_household",
    "record_household_of_case",
    "refuse_guessing",
    "refuse_to_accept",
    "remove_draft_material",
    "request_extension",
    "request_papers",
    "request_supplement",
    "return_proposal",
    "reuse_material",
    "review_sample",
    "revoke_decision",
    "samples_waiting",
    "save_draft",
    "sign_decision",
    "special_procedure_is_over",
    "start_draft",
    "step_is_over",
    "submit_case",
    "supplement_at_desk",
    "supplement_case",
    "supplement_in_hand",
    "supplement_is_late",
    "take_in_case",
    "take_in_submitted",
    "take_up_case",
    "terminate_case",
    "turn_of",
    "visitor_of_case",
    "withdraw_at_desk",
    "withdraw_case",
    "withdrawal_in_hand",
    "years_kept",
]
