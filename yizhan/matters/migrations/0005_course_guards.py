"""What the rules alone decide, what the clock alone accepts, and who gave an opinion before: in the database too."""

from django.db import migrations

GUARD_CASE = """
CREATE OR REPLACE FUNCTION matters_guard_course() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.is_instant <> OLD.is_instant THEN
            RAISE EXCEPTION 'a case keeps its kind' USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.deemed_accepted AND NOT NEW.deemed_accepted
           OR OLD.accepted_at IS NOT NULL AND NEW.deemed_accepted <> OLD.deemed_accepted THEN
            RAISE EXCEPTION 'how a case was accepted is not rewritten' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.decided_automatically <> OLD.decided_automatically
           AND NOT (NEW.decided_automatically AND OLD.state = 'accepted' AND NEW.state = 'granted') THEN
            RAISE EXCEPTION 'how a case was decided is not rewritten' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF NEW.decided_automatically OR NEW.deemed_accepted THEN
        RAISE EXCEPTION 'a case begins undecided' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.signed_by_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM matters_opinion o WHERE o.case_id = NEW.id AND o.given_by_id = NEW.signed_by_id) THEN
        RAISE EXCEPTION 'who gave the opinion of one office does not sign in the next' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER matters_guard_course BEFORE INSERT OR UPDATE ON matters_case
FOR EACH ROW EXECUTE FUNCTION matters_guard_course();
"""

GUARD_STEP = """
CREATE OR REPLACE FUNCTION matters_guard_course_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held matters_case%ROWTYPE;
BEGIN
    SELECT * INTO held FROM matters_case WHERE id = NEW.case_id;
    IF NEW.action IN ('deem_accepted', 'deem_withdrawn', 'go_on_without', 'grant_by_rule')
       AND NEW.staff_id IS NOT NULL THEN
        RAISE EXCEPTION 'the machine takes this step, nobody else' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.action = 'grant_by_rule' AND NOT held.is_instant THEN
        RAISE EXCEPTION 'only an instant case is decided by rule' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.action IN ('hand_on', 'suspend', 'extend', 'publish', 'terminate')
       AND NEW.staff_id IN (held.taken_in_by_id, held.accepted_by_id) THEN
        RAISE EXCEPTION 'who takes in or accepts has no part in the office' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.action IN ('grant', 'refuse') AND EXISTS (
        SELECT 1 FROM matters_casestep s
        WHERE s.case_id = NEW.case_id AND s.action = 'hand_on' AND s.staff_id = NEW.staff_id) THEN
        RAISE EXCEPTION 'who gave the opinion of one office does not sign in the next' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER matters_guard_course_step BEFORE INSERT ON matters_casestep
FOR EACH ROW EXECUTE FUNCTION matters_guard_course_step();
"""

GUARD_DECISION = """
CREATE OR REPLACE FUNCTION matters_guard_decision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    proposer uuid;
    said text;
BEGIN
    SELECT proposed_by_id, outcome INTO proposer, said
    FROM matters_proposal WHERE id = NEW.proposal_id AND case_id = NEW.case_id;
    IF NEW.is_automatic THEN
        IF proposer IS NOT NULL OR NEW.signed_by_id IS NOT NULL OR NEW.outcome <> 'granted' OR said <> 'granted'
           OR NOT EXISTS (SELECT 1 FROM matters_case c WHERE c.id = NEW.case_id AND c.is_instant) THEN
            RAISE EXCEPTION 'rules only grant, and only an instant case' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF proposer IS NULL OR NEW.signed_by_id IS NULL OR proposer = NEW.signed_by_id THEN
        RAISE EXCEPTION 'a decision needs two officials' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM matters_casestep s WHERE s.case_id = NEW.case_id
               AND s.action IN ('take_in', 'accept', 'hand_on') AND s.staff_id = NEW.signed_by_id) THEN
        RAISE EXCEPTION 'who takes in, accepts or gives an opinion does not sign' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""

BACKWARD = """
DROP TRIGGER matters_guard_course_step ON matters_casestep;
DROP TRIGGER matters_guard_course ON matters_case;
DROP FUNCTION matters_guard_course_step();
DROP FUNCTION matters_guard_course();
"""


class Migration(migrations.Migration):
    dependencies = [("matters", "0004_course")]
    operations = [migrations.RunSQL(GUARD_CASE + GUARD_STEP + GUARD_DECISION, BACKWARD)]
