"""The course of a case (办件), as the law sets it: 行政许可法 32, 42, 44 and the states of practice.

Codes in `CODES` are those of the exchange between departments. Of theirs, 05 (即办) and 13 (延期) are no states here:
an instant case is granted by rule from 06, an extension leaves the case where it is. 14 (公示) and 22 (撤销) are the
city's own.
"""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    DRAFT = "draft"  # 草稿
    SUBMITTED = "submitted"  # 已申报，待收件
    RECEIVED = "received"  # 收件
    AWAITING_PAPERS = "awaiting_papers"  # 补齐补正（受理前）
    NOT_ACCEPTED = "not_accepted"  # 不予受理
    ACCEPTED = "accepted"  # 受理
    EXAMINING = "examining"  # 审查
    AWAITING_SUPPLEMENT = "awaiting_supplement"  # 补正（受理后），停算
    SUSPENDED = "suspended"  # 特别程序，停算
    PUBLISHING = "publishing"  # 公示
    PROPOSED = "proposed"  # 决定待签发
    GRANTED = "granted"  # 办结，准予
    REFUSED = "refused"  # 办结，不予
    DELIVERED = "delivered"  # 送达
    ARCHIVED = "archived"  # 归档
    TERMINATED = "terminated"  # 终止（死亡、标的灭失）
    DEEMED_WITHDRAWN = "deemed_withdrawn"  # 视为撤回
    WITHDRAWN = "withdrawn"  # 撤回
    REVOKED = "revoked"  # 决定已撤销（行政许可法 69）


class Action(StrEnum):
    SUBMIT = "submit"
    TAKE_IN = "take_in"
    REQUEST_PAPERS = "request_papers"
    ADD_PAPERS = "add_papers"
    REFUSE_TO_ACCEPT = "refuse_to_accept"
    ACCEPT = "accept"
    DEEM_ACCEPTED = "deem_accepted"  # by the clock alone
    ASSIGN = "assign"
    TAKE_UP = "take_up"
    REQUEST_SUPPLEMENT = "request_supplement"
    SUPPLEMENT = "supplement"
    GO_ON_WITHOUT = "go_on_without"  # by the clock alone
    DEEM_WITHDRAWN = "deem_withdrawn"  # by the clock alone
    HAND_ON = "hand_on"
    SUSPEND = "suspend"
    RESUME = "resume"
    ASK_EXTENSION = "ask_extension"
    EXTEND = "extend"
    DENY_EXTENSION = "deny_extension"
    PUBLISH = "publish"
    END_NOTICE = "end_notice"
    PROPOSE = "propose"
    RETURN = "return"
    GRANT = "grant"
    REFUSE = "refuse"
    GRANT_BY_RULE = "grant_by_rule"  # by the department's rules; a refusal never is
    DELIVER = "deliver"
    ARCHIVE = "archive"
    TERMINATE = "terminate"
    WITHDRAW = "withdraw"
    REVOKE = "revoke"


TRANSITIONS: Mapping[tuple[State, Action], State] = {
    (State.DRAFT, Action.SUBMIT): State.SUBMITTED,
    (State.SUBMITTED, Action.TAKE_IN): State.RECEIVED,
    (State.RECEIVED, Action.REQUEST_PAPERS): State.AWAITING_PAPERS,
    (State.AWAITING_PAPERS, Action.ADD_PAPERS): State.RECEIVED,
    (State.RECEIVED, Action.REFUSE_TO_ACCEPT): State.NOT_ACCEPTED,
    (State.RECEIVED, Action.ACCEPT): State.ACCEPTED,
    (State.SUBMITTED, Action.DEEM_ACCEPTED): State.ACCEPTED,
    (State.RECEIVED, Action.DEEM_ACCEPTED): State.ACCEPTED,
    (State.AWAITING_PAPERS, Action.DEEM_WITHDRAWN): State.DEEMED_WITHDRAWN,
    (State.ACCEPTED, Action.GRANT_BY_RULE): State.GRANTED,
    (State.ACCEPTED, Action.ASSIGN): State.EXAMINING,
    (State.EXAMINING, Action.ASSIGN): State.EXAMINING,
    (State.AWAITING_SUPPLEMENT, Action.ASSIGN): State.AWAITING_SUPPLEMENT,
    (State.SUSPENDED, Action.ASSIGN): State.SUSPENDED,
    (State.PUBLISHING, Action.ASSIGN): State.PUBLISHING,
    (State.ACCEPTED, Action.TAKE_UP): State.EXAMINING,
    (State.EXAMINING, Action.TAKE_UP): State.EXAMINING,
    (State.EXAMINING, Action.REQUEST_SUPPLEMENT): State.AWAITING_SUPPLEMENT,
    (State.AWAITING_SUPPLEMENT, Action.SUPPLEMENT): State.EXAMINING,
    (State.AWAITING_SUPPLEMENT, Action.GO_ON_WITHOUT): State.EXAMINING,
    (State.AWAITING_SUPPLEMENT, Action.DEEM_WITHDRAWN): State.DEEMED_WITHDRAWN,
    (State.EXAMINING, Action.HAND_ON): State.ACCEPTED,
    (State.EXAMINING, Action.SUSPEND): State.SUSPENDED,
    (State.SUSPENDED, Action.RESUME): State.EXAMINING,
    (State.EXAMINING, Action.PUBLISH): State.PUBLISHING,
    (State.PUBLISHING, Action.END_NOTICE): State.EXAMINING,
    (State.EXAMINING, Action.ASK_EXTENSION): State.EXAMINING,
    (State.PROPOSED, Action.ASK_EXTENSION): State.PROPOSED,
    (State.ACCEPTED, Action.EXTEND): State.ACCEPTED,
    (State.EXAMINING, Action.EXTEND): State.EXAMINING,
    (State.PROPOSED, Action.EXTEND): State.PROPOSED,
    (State.ACCEPTED, Action.DENY_EXTENSION): State.ACCEPTED,
    (State.EXAMINING, Action.DENY_EXTENSION): State.EXAMINING,
    (State.AWAITING_SUPPLEMENT, Action.DENY_EXTENSION): State.AWAITING_SUPPLEMENT,
    (State.SUSPENDED, Action.DENY_EXTENSION): State.SUSPENDED,
    (State.PUBLISHING, Action.DENY_EXTENSION): State.PUBLISHING,
    (State.PROPOSED, Action.DENY_EXTENSION): State.PROPOSED,
    (State.EXAMINING, Action.PROPOSE): State.PROPOSED,
    (State.PROPOSED, Action.RETURN): State.EXAMINING,
    (State.PROPOSED, Action.GRANT): State.GRANTED,
    (State.PROPOSED, Action.REFUSE): State.REFUSED,
    (State.GRANTED, Action.DELIVER): State.DELIVERED,
    (State.REFUSED, Action.DELIVER): State.DELIVERED,
    (State.DELIVERED, Action.ARCHIVE): State.ARCHIVED,
    # Only what was granted is revoked; who was refused asks for a review or files anew.
    (State.GRANTED, Action.REVOKE): State.REVOKED,
    (State.DELIVERED, Action.REVOKE): State.REVOKED,
    (State.ARCHIVED, Action.REVOKE): State.REVOKED,
    (State.ACCEPTED, Action.TERMINATE): State.TERMINATED,
    (State.EXAMINING, Action.TERMINATE): State.TERMINATED,
    (State.AWAITING_SUPPLEMENT, Action.TERMINATE): State.TERMINATED,
    (State.SUSPENDED, Action.TERMINATE): State.TERMINATED,
    (State.PUBLISHING, Action.TERMINATE): State.TERMINATED,
    (State.PROPOSED, Action.TERMINATE): State.TERMINATED,
    (State.DRAFT, Action.WITHDRAW): State.WITHDRAWN,
    (State.SUBMITTED, Action.WITHDRAW): State.WITHDRAWN,
    (State.RECEIVED, Action.WITHDRAW): State.WITHDRAWN,
    (State.AWAITING_PAPERS, Action.WITHDRAW): State.WITHDRAWN,
    (State.ACCEPTED, Action.WITHDRAW): State.WITHDRAWN,
    (State.EXAMINING, Action.WITHDRAW): State.WITHDRAWN,
    (State.AWAITING_SUPPLEMENT, Action.WITHDRAW): State.WITHDRAWN,
    (State.SUSPENDED, Action.WITHDRAW): State.WITHDRAWN,
    (State.PUBLISHING, Action.WITHDRAW): State.WITHDRAWN,
}

STARTS = frozenset({State.DRAFT, State.RECEIVED})
FINAL = frozenset({State.NOT_ACCEPTED, State.REVOKED, State.TERMINATED, State.DEEMED_WITHDRAWN, State.WITHDRAWN})
# Nothing waits for anybody any more; what was delivered is only put away, and may still be revoked.
CLOSED = FINAL | {State.DELIVERED, State.ARCHIVED}
OPEN = frozenset(State) - FINAL
AT_THE_DESK = frozenset({State.SUBMITTED, State.RECEIVED, State.AWAITING_PAPERS})
# In these the minutes of an instant case run.
INSTANT_RUNS = frozenset({State.ACCEPTED, State.EXAMINING, State.PROPOSED})
IN_THE_OFFICE = frozenset(
    {
        State.ACCEPTED,
        State.EXAMINING,
        State.AWAITING_SUPPLEMENT,
        State.SUSPENDED,
        State.PUBLISHING,
        State.PROPOSED,
    }
)
DECIDED = frozenset({State.GRANTED, State.REFUSED})
# Decided, and also what became of the decision.
AFTER_DECISION = DECIDED | {State.DELIVERED, State.ARCHIVED, State.REVOKED}
# While a case stands in one of these, the same person cannot file the same item again.
BLOCKING = AT_THE_DESK | IN_THE_OFFICE | {State.GRANTED}
# Ended against the applicant's wish without a refusal: the reason is part of the act, and remedies stand open.
ENDED_AGAINST = frozenset({State.NOT_ACCEPTED, State.TERMINATED, State.REVOKED})
# What an office is done with: decided, or ended without a decision.
DONE_IN_OFFICE = AFTER_DECISION | {State.TERMINATED}
SEEN_BY_OFFICE = IN_THE_OFFICE | DONE_IN_OFFICE

CODES: Mapping[State, str] = {
    State.DRAFT: "00",
    State.SUBMITTED: "01",
    State.RECEIVED: "02",
    State.AWAITING_PAPERS: "03",
    State.NOT_ACCEPTED: "04",
    State.ACCEPTED: "06",
    State.EXAMINING: "07",
    State.PROPOSED: "08",
    State.AWAITING_SUPPLEMENT: "09",
    State.GRANTED: "10",
    State.REFUSED: "11",
    State.SUSPENDED: "12",
    State.PUBLISHING: "14",
    State.DELIVERED: "20",
    State.ARCHIVED: "21",
    State.REVOKED: "22",
    State.TERMINATED: "97",
    State.DEEMED_WITHDRAWN: "98",
    State.WITHDRAWN: "99",
}


class ActionOutOfTurn(Exception):
    """The table has no such step; services turn it into a refusal."""


def next_state(state: State, action: Action) -> State:
    """Raises ActionOutOfTurn."""
    try:
        return TRANSITIONS[state, action]
    except KeyError:
        raise ActionOutOfTurn(state, action) from None


def actions_from(state: State) -> frozenset[Action]:
    return frozenset(action for (origin, action) in TRANSITIONS if origin == state)
