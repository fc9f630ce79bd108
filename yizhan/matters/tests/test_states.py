import random

import pytest

from yizhan.matters.rules import states
from yizhan.matters.rules.states import Action, ActionOutOfTurn, State, next_state


def test_a_random_walk_never_leaves_the_table():
    drawn = random.Random(3)
    for _ in range(5_000):
        state = drawn.choice(sorted(states.STARTS))
        for _ in range(20):
            action = drawn.choice(list(Action))
            try:
                reached = next_state(state, action)
            except ActionOutOfTurn:
                assert (state, action) not in states.TRANSITIONS
                continue
            assert reached == states.TRANSITIONS[state, action]
            assert state not in states.FINAL
            state = reached


def test_every_state_can_be_reached():
    reached, frontier = set(states.STARTS), set(states.STARTS)
    while frontier:
        frontier = {to for (origin, _), to in states.TRANSITIONS.items() if origin in frontier} - reached
        reached |= frontier
    assert reached == set(State)


def reached_without(*avoided):
    """What can be reached without ever standing in, or taking, one of these."""
    reached = set(states.STARTS) - set(avoided)
    while True:
        steps = {(before, to) for (before, action), to in states.TRANSITIONS.items() if action not in avoided}
        more = {to for before, to in steps if before in reached and to not in avoided} - reached
        if not more:
            return reached
        reached |= more


@pytest.mark.parametrize(
    ("reached", "only_through"),
    [
        (State.EXAMINING, [State.ACCEPTED]),
        (State.PROPOSED, [State.EXAMINING]),
        (State.GRANTED, [State.ACCEPTED]),
        (State.GRANTED, [State.PROPOSED, Action.GRANT_BY_RULE]),
        (State.REFUSED, [State.PROPOSED]),  # never by the machine
        (State.DELIVERED, [State.GRANTED, State.REFUSED]),
        (State.ARCHIVED, [State.DELIVERED]),
        (State.REVOKED, [State.GRANTED, State.REFUSED]),  # that it was granted says the decision: test_revoking
        (State.TERMINATED, [State.ACCEPTED]),
        (State.NOT_ACCEPTED, [State.RECEIVED]),
        (State.DEEMED_WITHDRAWN, [State.AWAITING_PAPERS, State.AWAITING_SUPPLEMENT]),
    ],
)
def test_no_way_leads_around(reached, only_through):
    assert reached not in reached_without(*only_through)


def test_once_accepted_a_case_is_never_not_accepted_and_once_decided_never_open_again():
    after = {state: {to for (before, _), to in states.TRANSITIONS.items() if before == state} for state in State}

    def onward(state):
        seen, frontier = set(), {state}
        while frontier:
            frontier = {to for one in frontier for to in after[one]} - seen
            seen |= frontier
        return seen

    assert State.NOT_ACCEPTED not in onward(State.ACCEPTED)
    for decided in (State.GRANTED, State.REFUSED):
        assert not onward(decided) & (states.AT_THE_DESK | states.IN_THE_OFFICE | states.DECIDED)


def test_final_states_have_no_way_out_and_open_ones_have():
    assert all(not states.actions_from(state) for state in states.FINAL)
    assert all(states.actions_from(state) for state in states.OPEN)


def test_every_state_has_a_code_and_a_place():
    assert set(states.CODES) == set(State)
    placed = states.AT_THE_DESK | states.IN_THE_OFFICE | states.AFTER_DECISION | states.FINAL | {State.DRAFT}
    assert placed == set(State)
