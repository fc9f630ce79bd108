import random

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


def test_final_states_have_no_way_out_and_open_ones_have():
    assert all(not states.actions_from(state) for state in states.FINAL)
    assert all(states.actions_from(state) for state in states.OPEN)


def test_every_state_has_a_code_and_a_place():
    assert set(states.CODES) == set(State)
    placed = states.AT_THE_DESK | states.IN_THE_OFFICE | states.AFTER_DECISION | states.FINAL | {State.DRAFT}
    assert placed == set(State)
