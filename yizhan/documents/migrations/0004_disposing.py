"""销毁: the one way by which bytes leave, and what must be there before: the end of the time, and two people.

`documents_erase` is the owner's and nobody else may call it; `documents_dispose` is what the application may call. The sums stay
in `documents_erasure`, to which nobody but these functions adds.
"""

from django.db import migrations

CHECKS = """
ALTER TABLE documents_keeping ADD CONSTRAINT keeping_until_is_counted
    CHECK (until_on = make_date(EXTRACT(YEAR FROM from_on)::int + years, 12, 31));

CREATE FUNCTION documents_guard_disposal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM documents_keeping k
        WHERE k.id = NEW.keeping_id AND k.until_on < (now() AT TIME ZONE 'Asia/Shanghai')::date
    ) THEN
        RAISE EXCEPTION 'its time is not over' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER documents_guard_disposal BEFORE INSERT ON documents_disposal
FOR EACH ROW EXECUTE FUNCTION documents_guard_disposal();

CREATE FUNCTION documents_guard_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM documents_disposal d WHERE d.id = NEW.disposal_id AND d.proposed_by_id = NEW.answered_by_id) THEN
        RAISE EXCEPTION 'who proposes does not approve' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER documents_guard_answer BEFORE INSERT ON documents_disposalanswer
FOR EACH ROW EXECUTE FUNCTION documents_guard_answer();

CREATE FUNCTION documents_guard_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> (SELECT tableowner FROM pg_tables WHERE schemaname = 'public' AND tablename = 'documents_erasure') THEN
        RAISE EXCEPTION 'what proves an erasure is written by the erasing alone' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER documents_guard_erasure BEFORE INSERT ON documents_erasure
FOR EACH ROW EXECUTE FUNCTION documents_guard_erasure();
"""

ERASE = """
CREATE FUNCTION documents_erase(of_kind text, of_one text, why text, by_disposal uuid) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    sums text[];
    erased integer;
BEGIN
    -- Who keeps the same bytes at this moment holds the lock shared: see services/storing.py.
    PERFORM pg_advisory_xact_lock(hashtextextended('documents.contents', 0));
    SELECT array_agg(DISTINCT content_id) INTO sums
    FROM documents_storedfile WHERE subject_kind = of_kind AND subject_id = of_one;
    INSERT INTO documents_erasure
        (id, what, of_id, subject_kind, subject_id, sha256, size, media_type, kept_from, kind, disposal_id, erased_at)
    SELECT gen_random_uuid(), 'file', f.id, f.subject_kind, f.subject_id, c.sha256, c.size, f.media_type, f.stored_at,
        why, by_disposal, now()
    FROM documents_storedfile f JOIN documents_filecontent c ON c.sha256 = f.content_id
    WHERE f.subject_kind = of_kind AND f.subject_id = of_one
    UNION ALL
    SELECT gen_random_uuid(), 'document', d.id, d.subject_kind, d.subject_id, d.sha256, d.size, 'application/pdf', d.issued_at,
        why, by_disposal, now()
    FROM documents_document d
    WHERE d.subject_kind = of_kind AND d.subject_id = of_one AND octet_length(d.sealed) > 0;
    GET DIAGNOSTICS erased = ROW_COUNT;
    DELETE FROM documents_storedfile WHERE subject_kind = of_kind AND subject_id = of_one;
    -- The same bytes may have been handed in for something else, which keeps them.
    DELETE FROM documents_filecontent c
    WHERE c.sha256 = ANY(sums) AND NOT EXISTS (SELECT FROM documents_storedfile f WHERE f.content_id = c.sha256);
    UPDATE documents_document SET sealed = ''
    WHERE subject_kind = of_kind AND subject_id = of_one AND octet_length(sealed) > 0;
    RETURN erased;
END $$;

CREATE FUNCTION documents_dispose(asked uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found record;
BEGIN
    SELECT k.subject_kind, k.subject_id, k.until_on, d.proposed_by_id, a.answered_by_id, a.is_approved INTO found
    FROM documents_disposal d
    JOIN documents_keeping k ON k.id = d.keeping_id
    JOIN documents_disposalanswer a ON a.disposal_id = d.id
    WHERE d.id = asked;
    IF found IS NULL OR NOT found.is_approved THEN
        RAISE EXCEPTION 'not approved' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF found.proposed_by_id = found.answered_by_id THEN
        RAISE EXCEPTION 'two people are needed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF found.until_on IS NULL OR found.until_on >= (now() AT TIME ZONE 'Asia/Shanghai')::date THEN
        RAISE EXCEPTION 'its time is not over' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN documents_erase(found.subject_kind, found.subject_id, 'disposed', asked);
END $$;

REVOKE ALL ON FUNCTION documents_erase(text, text, text, uuid) FROM PUBLIC;
"""

BACKWARD = """
DROP FUNCTION documents_dispose(uuid);
DROP FUNCTION documents_erase(text, text, text, uuid);
DROP TRIGGER documents_guard_erasure ON documents_erasure;
DROP FUNCTION documents_guard_erasure();
DROP TRIGGER documents_guard_answer ON documents_disposalanswer;
DROP FUNCTION documents_guard_answer();
DROP TRIGGER documents_guard_disposal ON documents_disposal;
DROP FUNCTION documents_guard_disposal();
ALTER TABLE documents_keeping DROP CONSTRAINT keeping_until_is_counted;
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_keeping"), ("people", "0007_planner_and_data_steward")]
    operations = [migrations.RunSQL(CHECKS + ERASE, BACKWARD)]
