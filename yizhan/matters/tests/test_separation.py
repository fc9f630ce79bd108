"""受办分离: whoever took in or accepted may not examine, decide or sign, and who decides is not who signs."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from yizhan.kernel.api import NotAllowed
from yizhan.matters import api as matters
from yizhan.matters.models import Case
from yizhan.matters.rules.separation import Part, Parts, may_take
from yizhan.matters.rules.states import State
from yizhan.matters.testing import NOON, bring_to, find_everything, make_town
from yizhan.people import testing as people

PEOPLE = [uuid4() for _ in range(3)]
one_of = st.sampled_from([*PEOPLE, None])


@given(st.sampled_from(list(Part)), one_of, one_of, one_of, one_of)
def test_the_rule_against_its_sentence(part, who, taken, accepted, decided):
    parts = Parts(taken_in_by=taken, accepted_by=accepted, decided_by=decided)
    forbidden = who is None or who in (taken, accepted) or (part == Part.SIGN and who == decided)
    assert may_take(part, who, parts) == (not forbidden)


@pytest.mark.django_db
class TestThroughTheServices:
    @pytest.fixture
    def town(self):
        return make_town()

    @pytest.fixture
    def both(self, town):
        """One person who is a clerk at the desk and examiner and signer in the office."""
        staff = people.make_staff(
            "desk_clerk", town.desk, name="双岗", also=[("examiner", town.office), ("signer", town.office)]
        )
        return people.actor_for(staff)

    def test_who_took_in_cannot_examine_decide_or_sign(self, town, both):
        town.clerk = both
        case_id = bring_to(town, State.ACCEPTED)
        with pytest.raises(NotAllowed):
            matters.take_up_case(actor=both, case_id=case_id, at=NOON)
        matters.take_up_case(actor=town.examiner, case_id=case_id, at=NOON)
        find_everything(town, case_id)
        with pytest.raises(NotAllowed):
            matters.propose_decision(actor=both, case_id=case_id, outcome="granted", reasons="", at=NOON)
        matters.propose_decision(actor=town.examiner, case_id=case_id, outcome="granted", reasons="", at=NOON)
        with pytest.raises(NotAllowed):
            matters.sign_decision(actor=both, case_id=case_id, at=NOON)

    def test_who_decides_does_not_sign(self, town):
        staff = people.make_staff("examiner", town.office, also=[("signer", town.office)])
        town.examiner = town.signer = people.actor_for(staff)
        case_id = bring_to(town, State.PROPOSED)
        with pytest.raises(NotAllowed):
            matters.sign_decision(actor=town.signer, case_id=case_id, at=NOON)

    def test_nobody_decides_his_own_matter(self, town):
        staff = people.make_staff("examiner", town.office)
        people.make_account(resident=town.mother, staff=staff)
        town.examiner = people.actor_for(staff)
        case_id = bring_to(town, State.ACCEPTED)
        with pytest.raises(NotAllowed):
            matters.take_up_case(actor=town.examiner, case_id=case_id, at=NOON)

    def test_as_a_resident_a_signer_acts_in_his_own_matters_alone(self, town):
        """He sees the cases of his office; that does not make them his to withdraw or to bring papers for."""
        staff = people.make_staff("signer", town.office)
        people.make_account(resident=people.make_resident(), staff=staff)
        signer = people.actor_for(staff)
        case_id = bring_to(town, State.ACCEPTED)
        with pytest.raises(NotAllowed):
            matters.withdraw_case(actor=signer, case_id=case_id, at=NOON)
        with pytest.raises(NotAllowed):
            matters.supplement_case(actor=signer, case_id=case_id, materials=[], at=NOON)
        matters.withdraw_case(actor=town.as_mother, case_id=case_id, at=NOON)

    def test_another_office_does_not_see_the_case(self, town):
        elsewhere = people.make_organisation("department", territory="450103")
        stranger = people.actor_for(people.make_staff("examiner", elsewhere))
        case_id = bring_to(town, State.ACCEPTED)
        with pytest.raises(matters.CaseNotFound):
            matters.take_up_case(actor=stranger, case_id=case_id, at=NOON)


@pytest.mark.django_db
class TestByRawSql:
    """The application's own role, going past the services."""

    @pytest.fixture
    def case(self):
        town = make_town()
        case = Case.objects.get(pk=bring_to(town, State.PROPOSED))
        case.town = town
        return case

    def refused(self, statement, *parameters):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, parameters)

    @pytest.mark.parametrize("column", ["examiner_id", "decided_by_id", "signed_by_id"])
    def test_intake_cannot_be_written_into_a_part(self, case, column):
        self.refused(f"UPDATE matters_case SET {column} = taken_in_by_id WHERE id = %s", case.pk)

    def test_the_decider_cannot_be_written_as_signer(self, case):
        self.refused("UPDATE matters_case SET signed_by_id = decided_by_id, decided_at = now() WHERE id = %s", case.pk)

    def test_intake_cannot_be_wiped_away_first(self, case):
        self.refused("UPDATE matters_case SET taken_in_by_id = NULL WHERE id = %s", case.pk)
        self.refused("UPDATE matters_case SET accepted_by_id = %s WHERE id = %s", case.examiner_id, case.pk)

    def test_a_case_cannot_be_granted_without_a_signature(self, case):
        self.refused("UPDATE matters_case SET state = 'granted' WHERE id = %s", case.pk)

    def test_a_forged_step_or_decision_is_refused(self, case):
        step = """INSERT INTO matters_casestep (id, case_id, action, from_state, to_state, staff_id, at, note)
                  VALUES (gen_random_uuid(), %s, %s, 'proposed', 'granted', %s, now(), '')"""
        self.refused(step, case.pk, "grant", case.taken_in_by_id)
        self.refused(step, case.pk, "grant", case.decided_by_id)
        decision = """INSERT INTO matters_decision (id, case_id, proposal_id, number, outcome, document_id,
                                                    signed_by_id, signed_at)
                      SELECT gen_random_uuid(), case_id, id, 'x', outcome, gen_random_uuid(), %s, now()
                      FROM matters_proposal WHERE case_id = %s"""
        self.refused(decision, case.decided_by_id, case.pk)
        self.refused(decision, case.taken_in_by_id, case.pk)

    @pytest.mark.parametrize("table", ["casestep", "proposal", "decision", "supplement", "delivery"])
    def test_the_history_cannot_be_edited(self, case, table):
        from django.db import ProgrammingError

        for statement in (f"DELETE FROM matters_{table}", f"UPDATE matters_{table} SET id = id"):
            with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
