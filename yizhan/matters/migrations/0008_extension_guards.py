"""延期: who asks does not approve, whoever took the case in does neither; in the database too."""

from django.db import migrations

GUARD = """
CREATE OR REPLACE FUNCTION matters_guard_extension_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held matters_case%ROWTYPE;
BEGIN
    SELECT * INTO held FROM matters_case WHERE id = NEW.case_id;
    IF NEW.staff_id IS NULL OR NEW.staff_id IN (held.taken_in_by_id, held.accepted_by_id) THEN
        RAISE EXCEPTION 'who takes in or accepts has no part in an extension' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER matters_guard_extension_step BEFORE INSERT ON matters_casestep FOR EACH ROW
WHEN (NEW.action IN ('ask_extension', 'extend', 'deny_extension')) EXECUTE FUNCTION matters_guard_extension_step();

CREATE OR REPLACE FUNCTION matters_guard_extension() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked matters_extensionrequest%ROWTYPE;
BEGIN
    SELECT * INTO asked FROM matters_extensionrequest WHERE id = NEW.request_id AND case_id = NEW.case_id;
    IF NOT FOUND OR NEW.days > asked.days OR NEW.granted_by_id IS NULL OR NEW.granted_by_id = asked.asked_by_id THEN
        RAISE EXCEPTION 'an extension is asked for by one and approved by another' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER matters_guard_extension BEFORE INSERT ON matters_caseextension
FOR EACH ROW EXECUTE FUNCTION matters_guard_extension();
"""

BACKWARD = """
DROP TRIGGER matters_guard_extension ON matters_caseextension;
DROP TRIGGER matters_guard_extension_step ON matters_casestep;
DROP FUNCTION matters_guard_extension();
DROP FUNCTION matters_guard_extension_step();
"""


class Migration(migrations.Migration):
    dependencies = [("matters", "0007_extension_requests")]
    operations = [migrations.RunSQL(GUARD, BACKWARD)]
