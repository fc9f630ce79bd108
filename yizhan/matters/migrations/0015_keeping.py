"""保存: the time of a case's papers begins with its archiving and no other day; who decided it has no part in the end.

`matters_erase_draft` is the one way by which the pictures of what was never handed in leave.
"""

from django.db import migrations

GUARDS = """
CREATE FUNCTION matters_guard_keeping() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM matters_casestep s
        WHERE s.case_id = NEW.subject_id::uuid AND s.action = 'archive'
        AND (s.at AT TIME ZONE 'Asia/Shanghai')::date = NEW.from_on
    ) THEN
        RAISE EXCEPTION 'a case is kept from the day on which it was archived' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER matters_guard_keeping BEFORE INSERT ON documents_keeping
FOR EACH ROW WHEN (NEW.subject_kind = 'matters.case') EXECUTE FUNCTION matters_guard_keeping();

CREATE FUNCTION matters_had_part(of_keeping uuid, one uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
    of_case text;
BEGIN
    SELECT subject_id INTO of_case FROM documents_keeping WHERE id = of_keeping AND subject_kind = 'matters.case';
    RETURN of_case IS NOT NULL AND EXISTS (
        SELECT FROM matters_case c
        WHERE c.id = of_case::uuid AND one IN (c.examiner_id, c.decided_by_id, c.signed_by_id)
    );
END $$;

CREATE FUNCTION matters_guard_disposal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF matters_had_part(NEW.keeping_id, NEW.proposed_by_id) THEN
        RAISE EXCEPTION 'who decided the case does not dispose of it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER matters_guard_disposal BEFORE INSERT ON documents_disposal
FOR EACH ROW EXECUTE FUNCTION matters_guard_disposal();

CREATE FUNCTION matters_guard_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM documents_disposal d WHERE d.id = NEW.disposal_id AND matters_had_part(d.keeping_id, NEW.answered_by_id)
    ) THEN
        RAISE EXCEPTION 'who decided the case does not dispose of it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER matters_guard_answer BEFORE INSERT ON documents_disposalanswer
FOR EACH ROW EXECUTE FUNCTION matters_guard_answer();

CREATE FUNCTION matters_erase_draft(asked uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    held record;
BEGIN
    SELECT c.state, c.saved_at, c.created_at, c.closed_at, c.received_at INTO held
    FROM matters_case c WHERE c.id = asked FOR UPDATE;
    IF held IS NULL OR held.received_at IS NOT NULL
        OR EXISTS (SELECT FROM matters_casestep s WHERE s.case_id = asked AND s.action <> 'withdraw') THEN
        RAISE EXCEPTION 'not a draft' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF held.state = 'draft' AND COALESCE(held.saved_at, held.created_at) < now() - interval '30 days' THEN
        RETURN documents_erase('matters.case', asked::text, 'draft', NULL);
    ELSIF held.state = 'withdrawn' AND held.closed_at < now() - interval '1 day' THEN
        RETURN documents_erase('matters.case', asked::text, 'put_aside', NULL);
    END IF;
    RAISE EXCEPTION 'its time is not over' USING ERRCODE = 'insufficient_privilege';
END $$;
"""

BACKWARD = """
DROP FUNCTION matters_erase_draft(uuid);
DROP TRIGGER matters_guard_answer ON documents_disposalanswer;
DROP FUNCTION matters_guard_answer();
DROP TRIGGER matters_guard_disposal ON documents_disposal;
DROP FUNCTION matters_guard_disposal();
DROP FUNCTION matters_had_part(uuid, uuid);
DROP TRIGGER matters_guard_keeping ON documents_keeping;
DROP FUNCTION matters_guard_keeping();
"""


class Migration(migrations.Migration):
    dependencies = [("matters", "0014_lists_of_an_office"), ("documents", "0004_disposing")]
    operations = [
        migrations.RunSQL(GUARDS, BACKWARD),
        migrations.RunSQL(
            # What the nightly sweep looks for: drafts by when they were last touched.
            "CREATE INDEX matters_case_drafts ON matters_case (saved_at) WHERE state = 'draft';"
            "CREATE INDEX matters_case_never_handed_in ON matters_case (closed_at)"
            " WHERE state = 'withdrawn' AND received_at IS NULL;",
            "DROP INDEX matters_case_drafts; DROP INDEX matters_case_never_handed_in;",
        ),
    ]
