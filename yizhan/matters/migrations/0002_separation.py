"""受办分离 in the database: who took in or accepted is written once, and never appears as examiner, decider or signer."""

from django.db import migrations

FORWARD = """
CREATE SEQUENCE matters_case_serial AS bigint;

CREATE FUNCTION matters_guard_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.taken_in_by_id IS NOT NULL AND NEW.taken_in_by_id IS DISTINCT FROM OLD.taken_in_by_id
           OR OLD.accepted_by_id IS NOT NULL AND NEW.accepted_by_id IS DISTINCT FROM OLD.accepted_by_id
           OR OLD.signed_by_id IS NOT NULL AND NEW.signed_by_id IS DISTINCT FROM OLD.signed_by_id
           OR OLD.signed_by_id IS NOT NULL AND NEW.decided_by_id IS DISTINCT FROM OLD.decided_by_id THEN
            RAISE EXCEPTION 'who had a part in a case is not rewritten' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.applicant_id <> OLD.applicant_id OR NEW.item_version_id <> OLD.item_version_id
           OR NEW.reference <> OLD.reference THEN
            RAISE EXCEPTION 'a case keeps its applicant, item version and number' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF EXISTS (
        SELECT 1 FROM matters_casestep s
        WHERE s.case_id = NEW.id AND s.action IN ('take_in', 'accept') AND s.staff_id IS NOT NULL
          AND s.staff_id IN (NEW.examiner_id, NEW.decided_by_id, NEW.signed_by_id)) THEN
        RAISE EXCEPTION 'who takes in or accepts does not examine, decide or sign' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER matters_guard_case BEFORE INSERT OR UPDATE ON matters_case
FOR EACH ROW EXECUTE FUNCTION matters_guard_case();

CREATE FUNCTION matters_guard_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held matters_case%ROWTYPE;
BEGIN
    SELECT * INTO held FROM matters_case WHERE id = NEW.case_id FOR UPDATE;
    IF NEW.action IN ('take_up', 'request_supplement', 'propose', 'return', 'grant', 'refuse') AND (
        NEW.staff_id IN (held.taken_in_by_id, held.accepted_by_id)
        OR EXISTS (SELECT 1 FROM matters_casestep s WHERE s.case_id = NEW.case_id
                   AND s.action IN ('take_in', 'accept') AND s.staff_id = NEW.staff_id)) THEN
        RAISE EXCEPTION 'who takes in or accepts does not examine, decide or sign' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.action IN ('grant', 'refuse') AND NEW.staff_id IS NOT DISTINCT FROM held.decided_by_id THEN
        RAISE EXCEPTION 'who decides does not sign' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER matters_guard_step BEFORE INSERT ON matters_casestep
FOR EACH ROW EXECUTE FUNCTION matters_guard_step();

CREATE FUNCTION matters_guard_decision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    proposer uuid;
BEGIN
    SELECT proposed_by_id INTO proposer FROM matters_proposal WHERE id = NEW.proposal_id AND case_id = NEW.case_id;
    IF proposer IS NULL OR NEW.signed_by_id IS NULL OR proposer = NEW.signed_by_id THEN
        RAISE EXCEPTION 'a decision needs two officials' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM matters_casestep s WHERE s.case_id = NEW.case_id
               AND s.action IN ('take_in', 'accept') AND s.staff_id = NEW.signed_by_id) THEN
        RAISE EXCEPTION 'who takes in or accepts does not sign' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER matters_guard_decision BEFORE INSERT ON matters_decision
FOR EACH ROW EXECUTE FUNCTION matters_guard_decision();
"""

BACKWARD = """
DROP TRIGGER matters_guard_decision ON matters_decision;
DROP TRIGGER matters_guard_step ON matters_casestep;
DROP TRIGGER matters_guard_case ON matters_case;
DROP FUNCTION matters_guard_decision();
DROP FUNCTION matters_guard_step();
DROP FUNCTION matters_guard_case();
DROP SEQUENCE matters_case_serial;
"""


class Migration(migrations.Migration):
    dependencies = [("matters", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
