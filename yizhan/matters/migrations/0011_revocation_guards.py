"""撤销: who took the case in or accepted it has no part in it, and only what was granted is revoked."""

from django.db import migrations

GUARD = """
CREATE OR REPLACE FUNCTION matters_guard_revocation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held matters_case%ROWTYPE;
BEGIN
    SELECT * INTO held FROM matters_case WHERE id = NEW.case_id;
    IF NEW.staff_id IS NULL OR NEW.staff_id IN (held.taken_in_by_id, held.accepted_by_id) THEN
        RAISE EXCEPTION 'who takes in or accepts does not revoke' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM matters_decision d WHERE d.case_id = NEW.case_id AND d.outcome = 'granted') THEN
        RAISE EXCEPTION 'only what was granted is revoked' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER matters_guard_revocation BEFORE INSERT ON matters_casestep
FOR EACH ROW WHEN (NEW.action = 'revoke') EXECUTE FUNCTION matters_guard_revocation();
"""

BACKWARD = """
DROP TRIGGER matters_guard_revocation ON matters_casestep;
DROP FUNCTION matters_guard_revocation();
"""


class Migration(migrations.Migration):
    dependencies = [("matters", "0010_revocation")]
    operations = [migrations.RunSQL(GUARD, BACKWARD)]
