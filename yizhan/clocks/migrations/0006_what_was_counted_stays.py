"""电子督查: what a clock began with stays, what it has come to is taken back by nobody, one that has stopped is over."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION clocks_guard_clock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a clock is not taken away' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'stopped' THEN
        RAISE EXCEPTION 'a clock that has stopped stays as it is' USING ERRCODE = 'check_violation';
    END IF;
    IF ROW(NEW.id, NEW.subject_kind, NEW.subject_id, NEW.unit, NEW.promise_days, NEW.legal_days, NEW.region,
           NEW.start_on)
       IS DISTINCT FROM ROW(OLD.id, OLD.subject_kind, OLD.subject_id, OLD.unit, OLD.promise_days, OLD.legal_days,
           OLD.region, OLD.start_on) THEN
        RAISE EXCEPTION 'a clock keeps its limits and the day on which it began' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.extended_by <> OLD.extended_by AND NEW.extended_by IS DISTINCT FROM (
        SELECT sum(e.days) FROM clocks_extension e WHERE e.clock_id = NEW.id) THEN
        RAISE EXCEPTION 'days are added by an extension' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'paused' AND OLD.state <> 'paused' AND NOT EXISTS (
        SELECT FROM clocks_pause p
        WHERE p.clock_id = NEW.id AND p.paused_until IS NULL AND p.paused_after = NEW.paused_after) THEN
        RAISE EXCEPTION 'a clock stands still by a pause' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER clocks_guard_clock BEFORE UPDATE OR DELETE ON clocks_clock
FOR EACH ROW EXECUTE FUNCTION clocks_guard_clock();

CREATE FUNCTION clocks_guard_pause() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a pause is not taken away' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.paused_until IS NOT NULL
       OR ROW(NEW.id, NEW.clock_id, NEW.paused_after, NEW.reason)
       IS DISTINCT FROM ROW(OLD.id, OLD.clock_id, OLD.paused_after, OLD.reason) THEN
        RAISE EXCEPTION 'a pause only ends, and once' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER clocks_guard_pause BEFORE UPDATE OR DELETE ON clocks_pause
FOR EACH ROW EXECUTE FUNCTION clocks_guard_pause();

CREATE FUNCTION clocks_guard_new_pause() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM clocks_clock c
        WHERE c.id = NEW.clock_id AND c.state = 'running' AND NEW.paused_after >= c.start_on) THEN
        RAISE EXCEPTION 'only a clock that runs is paused, from its first day on' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER clocks_guard_new_pause BEFORE INSERT ON clocks_pause
FOR EACH ROW EXECUTE FUNCTION clocks_guard_new_pause();
"""

BACKWARD = """
DROP TRIGGER clocks_guard_new_pause ON clocks_pause;
DROP FUNCTION clocks_guard_new_pause();
DROP TRIGGER clocks_guard_pause ON clocks_pause;
DROP FUNCTION clocks_guard_pause();
DROP TRIGGER clocks_guard_clock ON clocks_clock;
DROP FUNCTION clocks_guard_clock();
"""


class Migration(migrations.Migration):
    dependencies = [("clocks", "0005_no_index_of_lights")]
    operations = [migrations.RunSQL(GUARDS, BACKWARD)]
