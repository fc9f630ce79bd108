"""电子督查, past the services too: a case moves only as the table says and leaves a step, what was written down stays.

Moments are written once; a case changes hands only by an opinion and a turn; its copy of the limit is its clock's. The
table is that of `rules/states.py`; a test holds the two together, and another migration follows when it changes.
"""

from django.db import migrations

TABLE = """
CREATE FUNCTION matters_steps() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT ARRAY[
    'draft submit submitted', 'submitted take_in received', 'received request_papers awaiting_papers',
    'awaiting_papers add_papers received', 'received refuse_to_accept not_accepted', 'received accept accepted',
    'submitted deem_accepted accepted', 'received deem_accepted accepted',
    'awaiting_papers deem_withdrawn deemed_withdrawn', 'accepted grant_by_rule granted',
    'accepted assign examining', 'examining assign examining', 'awaiting_supplement assign awaiting_supplement',
    'suspended assign suspended', 'publishing assign publishing', 'accepted take_up examining',
    'examining take_up examining', 'examining request_supplement awaiting_supplement',
    'awaiting_supplement supplement examining', 'awaiting_supplement go_on_without examining',
    'awaiting_supplement deem_withdrawn deemed_withdrawn', 'examining hand_on accepted',
    'examining suspend suspended', 'suspended resume examining', 'examining publish publishing',
    'publishing end_notice examining', 'examining ask_extension examining', 'proposed ask_extension proposed',
    'accepted extend accepted', 'examining extend examining', 'proposed extend proposed',
    'accepted deny_extension accepted', 'examining deny_extension examining',
    'awaiting_supplement deny_extension awaiting_supplement', 'suspended deny_extension suspended',
    'publishing deny_extension publishing', 'proposed deny_extension proposed', 'examining propose proposed',
    'proposed return examining', 'proposed grant granted', 'proposed refuse refused', 'granted deliver delivered',
    'refused deliver delivered', 'delivered archive archived', 'granted revoke revoked',
    'delivered revoke revoked', 'archived revoke revoked', 'accepted terminate terminated',
    'examining terminate terminated', 'awaiting_supplement terminate terminated', 'suspended terminate terminated',
    'publishing terminate terminated', 'proposed terminate terminated', 'draft withdraw withdrawn',
    'submitted withdraw withdrawn', 'received withdraw withdrawn', 'awaiting_papers withdraw withdrawn',
    'accepted withdraw withdrawn', 'examining withdraw withdrawn', 'awaiting_supplement withdraw withdrawn',
    'suspended withdraw withdrawn', 'publishing withdraw withdrawn'
] $$;
"""

GUARD_CASE = """
CREATE FUNCTION matters_guard_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF ROW(NEW.id, NEW.item_code, NEW.item_name, NEW.channel, NEW.client_id, NEW.agent_id, NEW.agent_relation,
           NEW.desk_community, NEW.is_sample, NEW.created_at)
       IS DISTINCT FROM ROW(OLD.id, OLD.item_code, OLD.item_name, OLD.channel, OLD.client_id, OLD.agent_id,
           OLD.agent_relation, OLD.desk_community, OLD.is_sample, OLD.created_at)
       OR OLD.intake_organisation_id IS NOT NULL AND NEW.intake_organisation_id IS DISTINCT FROM OLD.intake_organisation_id
       OR OLD.state <> 'draft' AND NEW.home_community <> OLD.home_community THEN
        RAISE EXCEPTION 'a case keeps what it began with' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.received_at IS NOT NULL AND NEW.received_at IS DISTINCT FROM OLD.received_at
       OR OLD.accepted_at IS NOT NULL AND NEW.accepted_at IS DISTINCT FROM OLD.accepted_at
       OR OLD.decided_at IS NOT NULL AND NEW.decided_at IS DISTINCT FROM OLD.decided_at
       OR OLD.instant_due_at IS NOT NULL AND NEW.instant_due_at IS DISTINCT FROM OLD.instant_due_at
       OR OLD.closed_at IS NOT NULL AND NEW.closed_at IS DISTINCT FROM OLD.closed_at
          AND NOT (NEW.state = 'revoked' AND OLD.state <> 'revoked' AND NEW.closed_at IS NOT NULL)
       OR OLD.accepted_at IS NULL AND NEW.accepted_at IS NOT NULL AND NEW.state <> 'accepted'
       OR OLD.decided_at IS NULL AND NEW.decided_at IS NOT NULL AND NEW.state NOT IN ('granted', 'refused') THEN
        RAISE EXCEPTION 'a moment is written down once, when it comes' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.accepted_at IS NOT NULL AND NEW.answers <> OLD.answers
       AND NOT (NEW.answers = '{}' AND NEW.state IN ('archived', 'revoked')) THEN
        RAISE EXCEPTION 'what was answered stays from acceptance on' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT FROM matters_casestep s
        WHERE s.case_id = NEW.id AND s.from_state = OLD.state AND s.to_state = NEW.state) THEN
        RAISE EXCEPTION 'a case moves by a step' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.responsible_organisation_id IS NOT NULL
       AND (NEW.responsible_organisation_id IS DISTINCT FROM OLD.responsible_organisation_id
            OR NEW.office_number <> OLD.office_number)
       AND NOT (
        NEW.office_number = OLD.office_number + 1
        AND EXISTS (SELECT FROM matters_opinion o WHERE o.case_id = NEW.id AND o.number = OLD.office_number)
        AND EXISTS (SELECT FROM matters_officeturn t WHERE t.case_id = NEW.id AND t.number = NEW.office_number
                    AND t.organisation_id = NEW.responsible_organisation_id)) THEN
        RAISE EXCEPTION 'a case changes hands by an opinion and a turn' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER matters_guard_history BEFORE UPDATE ON matters_case
FOR EACH ROW EXECUTE FUNCTION matters_guard_history();

CREATE FUNCTION matters_guard_kept_limit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kept clocks_clock%ROWTYPE;
BEGIN
    SELECT * INTO kept FROM clocks_clock WHERE subject_kind = 'matters.case' AND subject_id = NEW.id::text;
    IF ROW(NEW.yellow_at, NEW.red_at, NEW.black_at) IS DISTINCT FROM ROW(OLD.yellow_at, OLD.red_at, OLD.black_at)
       AND ROW(NEW.yellow_at, NEW.red_at, NEW.black_at)
           IS DISTINCT FROM ROW(kept.yellow_at, kept.red_at, kept.black_at)
       OR NEW.due_on IS NOT NULL AND NEW.due_on IS DISTINCT FROM kept.promise_due_on
       OR NEW.due_on IS NULL AND NEW.state IN ('accepted', 'examining', 'proposed')
          AND kept.state IS DISTINCT FROM 'paused' THEN
        RAISE EXCEPTION 'the limit of a case is that of its clock' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER matters_guard_kept_limit BEFORE UPDATE OF due_on, yellow_at, red_at, black_at ON matters_case
FOR EACH ROW WHEN (ROW(OLD.due_on, OLD.yellow_at, OLD.red_at, OLD.black_at)
    IS DISTINCT FROM ROW(NEW.due_on, NEW.yellow_at, NEW.red_at, NEW.black_at))
EXECUTE FUNCTION matters_guard_kept_limit();

CREATE FUNCTION matters_guard_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM matters_decision d WHERE d.case_id = NEW.id AND d.outcome = NEW.state) THEN
        RAISE EXCEPTION 'a case is decided by a decision' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER matters_guard_decided AFTER UPDATE ON matters_case DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (NEW.state IN ('granted', 'refused') AND OLD.state <> NEW.state)
EXECUTE FUNCTION matters_guard_decided();
"""

GUARD_OTHERS = """
CREATE FUNCTION matters_guard_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing text;
BEGIN
    SELECT state INTO standing FROM matters_case WHERE id = NEW.case_id;
    IF NEW.from_state = '' AND NEW.action = 'take_in' AND NEW.to_state = 'received'
       OR NEW.from_state = 'draft' AND NEW.action = 'submit' AND NEW.to_state = standing THEN
        -- The first step of a case is written beside it.
        IF EXISTS (SELECT FROM matters_casestep s WHERE s.case_id = NEW.case_id) THEN
            RAISE EXCEPTION 'a case begins once' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF NEW.from_state <> standing OR NOT concat_ws(' ', NEW.from_state, NEW.action, NEW.to_state) = ANY (matters_steps())
    THEN
        RAISE EXCEPTION 'the table has no such step from here' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER matters_guard_order BEFORE INSERT ON matters_casestep
FOR EACH ROW EXECUTE FUNCTION matters_guard_order();

-- The argument names the column in which somebody of the office stands.
CREATE FUNCTION matters_guard_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    who uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
BEGIN
    IF EXISTS (SELECT FROM matters_case c WHERE c.id = NEW.case_id AND who IN (c.taken_in_by_id, c.accepted_by_id)) THEN
        RAISE EXCEPTION 'who takes in or accepts has no part in the office' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER matters_guard_part BEFORE INSERT ON matters_proposal
FOR EACH ROW EXECUTE FUNCTION matters_guard_part('proposed_by_id');
CREATE TRIGGER matters_guard_part BEFORE INSERT ON matters_opinion
FOR EACH ROW EXECUTE FUNCTION matters_guard_part('given_by_id');
CREATE TRIGGER matters_guard_part BEFORE INSERT ON matters_suspension
FOR EACH ROW EXECUTE FUNCTION matters_guard_part('begun_by_id');
CREATE TRIGGER matters_guard_part BEFORE INSERT ON matters_noticeperiod
FOR EACH ROW EXECUTE FUNCTION matters_guard_part('begun_by_id');
CREATE TRIGGER matters_guard_part BEFORE INSERT ON matters_extensionrequest
FOR EACH ROW EXECUTE FUNCTION matters_guard_part('asked_by_id');

CREATE FUNCTION matters_guard_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM matters_case c JOIN matters_proposal p ON p.case_id = c.id AND p.id = NEW.proposal_id
        WHERE c.id = NEW.case_id AND c.state = NEW.outcome AND p.outcome = NEW.outcome
          AND c.signed_by_id IS NOT DISTINCT FROM NEW.signed_by_id AND c.decided_at = NEW.signed_at) THEN
        RAISE EXCEPTION 'a decision says what was proposed and signed, and when' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER matters_guard_signed BEFORE INSERT ON matters_decision
FOR EACH ROW EXECUTE FUNCTION matters_guard_signed();

CREATE FUNCTION matters_guard_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM matters_decision d WHERE d.case_id = NEW.case_id)
       OR NOT EXISTS (SELECT FROM matters_case c WHERE c.id = NEW.case_id AND c.state = 'delivered') THEN
        RAISE EXCEPTION 'only what was decided is delivered' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER matters_guard_delivery BEFORE INSERT ON matters_delivery
FOR EACH ROW EXECUTE FUNCTION matters_guard_delivery();

CREATE FUNCTION matters_guard_material() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF ROW(NEW.case_id, NEW.material_id) IS DISTINCT FROM ROW(OLD.case_id, OLD.material_id) THEN
            RAISE EXCEPTION 'a paper stays with its case' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF EXISTS (
        SELECT FROM matters_case c WHERE c.id = OLD.case_id
        AND (c.received_at IS NOT NULL OR c.state NOT IN ('draft', 'withdrawn'))) THEN
        RAISE EXCEPTION 'what was handed in is not taken away' USING ERRCODE = 'check_violation';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER matters_guard_material BEFORE UPDATE OR DELETE ON matters_casematerial
FOR EACH ROW EXECUTE FUNCTION matters_guard_material();
"""

BACKWARD = """
DROP TRIGGER matters_guard_material ON matters_casematerial;
DROP FUNCTION matters_guard_material();
DROP TRIGGER matters_guard_delivery ON matters_delivery;
DROP FUNCTION matters_guard_delivery();
DROP TRIGGER matters_guard_signed ON matters_decision;
DROP FUNCTION matters_guard_signed();
DROP TRIGGER matters_guard_part ON matters_extensionrequest;
DROP TRIGGER matters_guard_part ON matters_noticeperiod;
DROP TRIGGER matters_guard_part ON matters_suspension;
DROP TRIGGER matters_guard_part ON matters_opinion;
DROP TRIGGER matters_guard_part ON matters_proposal;
DROP FUNCTION matters_guard_part();
DROP TRIGGER matters_guard_order ON matters_casestep;
DROP FUNCTION matters_guard_order();
DROP TRIGGER matters_guard_decided ON matters_case;
DROP FUNCTION matters_guard_decided();
DROP TRIGGER matters_guard_kept_limit ON matters_case;
DROP FUNCTION matters_guard_kept_limit();
DROP TRIGGER matters_guard_history ON matters_case;
DROP FUNCTION matters_guard_history();
DROP FUNCTION matters_steps();
"""


class Migration(migrations.Migration):
    dependencies = [("matters", "0017_moments_of_open_cases"), ("clocks", "0006_what_was_counted_stays")]
    operations = [migrations.RunSQL(TABLE + GUARD_CASE + GUARD_OTHERS, BACKWARD)]
