"""What has been written down stays, also for whoever goes past the services by raw SQL, as the application's role."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from yizhan.matters import api as matters
from yizhan.matters.models import Case
from yizhan.matters.rules.states import TRANSITIONS, State
from yizhan.matters.testing import NOON, bring_to, deliver, make_town, staged_in_the_district, staged_town, take_in
from yizhan.people import testing as people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("moments_are_kept")]

STEP = """INSERT INTO matters_casestep (id, case_id, action, from_state, to_state, staff_id, at, note)
          SELECT gen_random_uuid(), id, '{action}', '{before}', '{after}', {staff}, now(), '' FROM matters_case
          WHERE id = %s"""
DECISION = """INSERT INTO matters_decision (id, case_id, proposal_id, number, outcome, document_id, signed_by_id,
                  signed_at, is_automatic)
              SELECT gen_random_uuid(), c.id, p.id, 'forged', '{outcome}', gen_random_uuid(), {signer}, now(), {machine}
              FROM matters_case c JOIN matters_proposal p ON p.case_id = c.id WHERE c.id = %s"""
ANOTHER = "(SELECT s.id FROM people_staff s WHERE s.id NOT IN (c.taken_in_by_id, c.examiner_id) LIMIT 1)"
# A privilege that the role has not; a trigger, a check, a unique or exclusion constraint; what others point to.
REFUSED = {"42501", "23514", "23505", "23P01", "23503"}
CLOCK = "subject_kind = 'matters.case' AND subject_id = %s::text"

WHAT_IT_BEGAN_WITH = [
    f"UPDATE matters_case SET {change} WHERE id = %s"
    for change in (
        "created_at = created_at - interval '9 days'",
        "received_at = received_at + interval '9 days'",
        "received_at = NULL",
        "item_code = 'another'",
        "item_name = '另一件事'",
        "channel = 'web'",
        "is_sample = NOT is_sample",
        "agent_id = applicant_id",
        "agent_relation = 'son'",
        "desk_community = '450103004003'",
        "home_community = '450103004003'",
        "intake_organisation_id = (SELECT id FROM people_organisation WHERE id <> intake_organisation_id LIMIT 1)",
        "intake_organisation_id = NULL",
    )
] + ["DELETE FROM matters_case WHERE id = %s", "DELETE FROM matters_casematerial WHERE case_id = %s",
     "UPDATE matters_casematerial SET material_id = 'another' WHERE case_id = %s",
     "DELETE FROM matters_casestep WHERE case_id = %s",
     "UPDATE matters_casestep SET at = at - interval '9 days' WHERE case_id = %s",
     "UPDATE matters_casestep SET staff_id = NULL WHERE case_id = %s"]  # fmt: skip
LEAPS = [f"UPDATE matters_case SET state = '{state}' WHERE id = %s" for state in State]
ACCEPTANCE = [
    "UPDATE matters_case SET accepted_at = accepted_at - interval '9 days' WHERE id = %s",
    "UPDATE matters_case SET answers = '{}' WHERE id = %s",
    "UPDATE matters_case SET office_number = office_number + 1 WHERE id = %s",
    """UPDATE matters_case SET responsible_organisation_id = intake_organisation_id WHERE id = %s""",
    "UPDATE matters_case SET red_at = red_at + interval '30 days' WHERE id = %s",
    "UPDATE matters_case SET yellow_at = NULL, red_at = NULL, black_at = NULL WHERE id = %s",
]
THE_LIMIT = [
    *(f"UPDATE clocks_clock SET {change} WHERE {CLOCK}" for change in (
        "start_on = start_on + 9", "promise_days = 20", "legal_days = 300", "unit = 'natural'", "region = '450000'",
        "extended_by = 9", "subject_id = 'another'", "state = 'paused', paused_after = start_on",
    )),
    f"DELETE FROM clocks_clock WHERE {CLOCK}",
    f"""INSERT INTO clocks_pause (clock_id, paused_after, paused_until, reason)
        SELECT id, start_on - 5, start_on + 30, 'forged' FROM clocks_clock WHERE {CLOCK}""",
    f"""UPDATE clocks_extension SET days = 30 WHERE clock_id = (SELECT id FROM clocks_clock WHERE {CLOCK})""",
]  # fmt: skip
BY_WHO_TOOK_IT_IN = [
    """INSERT INTO matters_proposal (id, case_id, outcome, reasons, clauses, proposed_by_id, proposed_at)
       SELECT gen_random_uuid(), id, 'granted', '', '', taken_in_by_id, now() FROM matters_case WHERE id = %s""",
    """INSERT INTO matters_opinion (id, case_id, number, is_in_favour, text, given_by_id, given_at)
       SELECT gen_random_uuid(), id, 7, true, '', taken_in_by_id, now() FROM matters_case WHERE id = %s""",
    """INSERT INTO matters_suspension (id, case_id, procedure, kind, name, basis, reason, planned_end, begun_by_id,
           begun_at)
       SELECT gen_random_uuid(), id, 'x', 'hearing', '', '', '', current_date, accepted_by_id, now() FROM matters_case
       WHERE id = %s""",
    """INSERT INTO matters_noticeperiod (id, case_id, place, shows, begun_by_id, begun_at, last_day, is_counted)
       SELECT gen_random_uuid(), id, '', '', taken_in_by_id, now(), current_date, true FROM matters_case
       WHERE id = %s""",
    STEP.format(action="take_up", before="examining", after="examining", staff="taken_in_by_id"),
    STEP.format(action="suspend", before="examining", after="suspended", staff="taken_in_by_id"),
]
DELIVERY = """INSERT INTO matters_delivery (id, case_id, organisation_id, staff_id, presence, recipient_id,
                  document_id, at)
              SELECT gen_random_uuid(), id, intake_organisation_id, taken_in_by_id, 'person', applicant_id,
                     gen_random_uuid(), now() FROM matters_case WHERE id = %s"""
OUT_OF_ORDER = [
    STEP.format(action="grant", before="received", after="granted", staff="examiner_id"),
    STEP.format(action="accept", before="received", after="accepted", staff="taken_in_by_id"),
    STEP.format(action="take_in", before="", after="received", staff="NULL"),
    STEP.format(action="submit", before="draft", after="submitted", staff="NULL"),
]


def not_refused(case_id, statements):
    """Those of the statements that the application's own role gets through."""
    through = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("yizhan_app",)
    for statement in statements:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, [case_id])
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                transaction.set_rollback(True)
        except DatabaseError as refusal:
            if refusal.__cause__.sqlstate in REFUSED:  # a mistake of ours is no refusal
                continue
        through.append(statement)
    return through


def leaps_from(state):
    return [one for one in LEAPS if f"'{state.value}'" not in one]


def test_the_database_knows_the_same_table():
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(matters_steps())")
        known = {one for (one,) in cursor.fetchall()}
    assert known == {f"{before} {action} {after}" for (before, action), after in TRANSITIONS.items()}


def test_at_the_desk():
    case_id = take_in(make_town())
    statements = [
        *WHAT_IT_BEGAN_WITH,
        *leaps_from(State.RECEIVED),
        *OUT_OF_ORDER[2:],
        "UPDATE matters_case SET accepted_at = now() WHERE id = %s",
    ]
    assert not_refused(case_id, statements) == []


def test_in_the_office():
    case_id = bring_to(make_town(), State.EXAMINING)
    statements = [
        *WHAT_IT_BEGAN_WITH,
        *leaps_from(State.EXAMINING),
        *ACCEPTANCE,
        "UPDATE matters_case SET due_on = due_on + 30 WHERE id = %s",
        "UPDATE matters_case SET due_on = NULL WHERE id = %s",
        "UPDATE matters_case SET decided_at = now() WHERE id = %s",
        *THE_LIMIT,
        *BY_WHO_TOOK_IT_IN,
        *OUT_OF_ORDER,
        DELIVERY,
    ]
    assert not_refused(case_id, statements) == []


def test_before_the_signature():
    case_id = bring_to(make_town(), State.PROPOSED)
    people.make_staff("signer")
    statements = [
        *leaps_from(State.PROPOSED),
        "UPDATE matters_proposal SET outcome = 'refused' WHERE case_id = %s",
        DECISION.format(outcome="granted", signer="c.taken_in_by_id", machine="false"),
        DECISION.format(outcome="granted", signer="c.examiner_id", machine="false"),
        DECISION.format(outcome="granted", signer=ANOTHER, machine="false"),  # nobody of the case has signed it
        DECISION.format(outcome="refused", signer=ANOTHER, machine="false"),
        DECISION.format(outcome="granted", signer="NULL", machine="true"),
        DELIVERY,
    ]
    assert not_refused(case_id, statements) == []


def test_a_signature_alone_is_no_decision():
    """With a step and a signer in the case, and no decision on paper, nothing may be committed."""
    case_id = bring_to(make_town(), State.PROPOSED)
    signer = people.make_staff("signer")
    step = STEP.format(action="grant", before="proposed", after="granted", staff="%s")
    sign = "UPDATE matters_case SET state = 'granted', signed_by_id = %s, decided_at = now() WHERE id = %s"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(step, [signer.pk, case_id])
        cursor.execute(sign, [signer.pk, case_id])
        with pytest.raises(IntegrityError, match="a case is decided by a decision"), transaction.atomic():
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def test_after_the_decision():
    case_id = bring_to(make_town(), State.GRANTED)
    statements = [
        *WHAT_IT_BEGAN_WITH,
        *leaps_from(State.GRANTED),
        *ACCEPTANCE,
        "UPDATE matters_case SET decided_at = decided_at - interval '9 days' WHERE id = %s",
        "UPDATE matters_case SET signed_by_id = examiner_id WHERE id = %s",
        "UPDATE matters_case SET closed_at = now(), state = 'terminated' WHERE id = %s",
        "UPDATE matters_decision SET outcome = 'refused' WHERE case_id = %s",
        "DELETE FROM matters_decision WHERE case_id = %s",
        f"UPDATE clocks_clock SET stopped_at = stopped_at - interval '30 days' WHERE {CLOCK}",
        f"UPDATE clocks_clock SET state = 'running', stopped_at = NULL WHERE {CLOCK}",
        f"UPDATE clocks_clock SET red_at = red_at + interval '30 days' WHERE {CLOCK}",
        f"DELETE FROM clocks_clock WHERE {CLOCK}",
        DELIVERY,
    ]
    assert not_refused(case_id, statements) == []


def test_after_the_hand_over():
    town = make_town()
    case_id = bring_to(town, State.GRANTED)
    deliver(town, case_id, at=NOON)
    statements = [
        *leaps_from(State.DELIVERED),
        "UPDATE matters_case SET closed_at = closed_at - interval '9 days' WHERE id = %s",
        "UPDATE matters_case SET closed_at = NULL WHERE id = %s",
        "UPDATE matters_delivery SET at = at - interval '9 days' WHERE case_id = %s",
        "DELETE FROM matters_delivery WHERE case_id = %s",
        DELIVERY,
    ]
    assert not_refused(case_id, statements) == []


def test_between_two_offices():
    case_id = staged_in_the_district(staged_town())
    assert Case.objects.get(pk=case_id).office_number == 1
    statements = [
        "UPDATE matters_case SET office_number = 0 WHERE id = %s",
        "UPDATE matters_case SET office_number = 2 WHERE id = %s",
        """UPDATE matters_case SET office_number = 0, responsible_organisation_id =
           (SELECT organisation_id FROM matters_officeturn t WHERE t.case_id = matters_case.id AND t.number = 0)
           WHERE id = %s""",
        "UPDATE matters_officeturn SET organisation_id = organisation_id WHERE case_id = %s",
        "UPDATE matters_opinion SET is_in_favour = NOT is_in_favour WHERE case_id = %s",
    ]
    assert not_refused(case_id, statements) == []


def test_a_pause_only_ends_and_once():
    town = make_town()
    case_id = bring_to(town, State.EXAMINING)
    ask = {"materials": ["identity_card"], "note": "照片看不清"}
    matters.request_supplement(actor=town.examiner, case_id=case_id, at=NOON, **ask)
    pause = f"clock_id = (SELECT id FROM clocks_clock WHERE {CLOCK})"
    while_it_lasts = [
        f"DELETE FROM clocks_pause WHERE {pause}",
        f"UPDATE clocks_pause SET paused_after = paused_after - 9 WHERE {pause}",
    ]
    assert not_refused(case_id, while_it_lasts) == []
    paper = matters.HandedIn(material_id="identity_card", status="seen")
    matters.supplement_case(actor=town.as_mother, case_id=case_id, materials=[paper], at=NOON)
    assert not_refused(case_id, [*while_it_lasts, f"UPDATE clocks_pause SET paused_until = NULL WHERE {pause}"]) == []
