"""`yizhan verify`: the chain, the outbox, the tables of nearest outlets."""

import psycopg

from yizhan.config.verify import verify_evidence
from yizhan.kernel.api import Actor, Subject, audit, auditing
from yizhan.kernel.testing import audit_lines


def test_untouched_evidence_holds_and_touched_does_not(committed_db, owner_url):
    from django.db import transaction

    with transaction.atomic():
        audit(Actor.system("tests"), "tests.done", Subject("tests.thing", "1"))
    auditing.seal_all()
    report = verify_evidence()
    assert report["holds"]
    assert report["sealed_lines"] >= 1

    with psycopg.connect(owner_url) as owner:
        owner.execute("UPDATE kernel_auditline SET action = 'tests.never' WHERE id = %s", [audit_lines()[0].pk])
    report = verify_evidence()
    assert not report["holds"]
    assert report["problems"][0]["code"] == "line_altered"


def test_an_outbox_out_of_order_is_found(committed_db, owner_url):
    with psycopg.connect(owner_url) as owner:
        owner.execute(
            """INSERT INTO kernel_fact (name, subject_kind, subject_id, community, done_at, channel, occurred_at,
                                        recorded_at, payload)
               SELECT 'tests.X', 'tests.x', '1', '', '', '', now(), now(), '{}' FROM generate_series(1, 2)"""
        )
        owner.execute(
            """INSERT INTO kernel_delivery (fact_id, handler, lane, subject_key, state, attempts, due_at, last_error,
                                            reason)
               SELECT id, 'tests.h', 'fact', 'tests.x:1',
                      CASE WHEN id = (SELECT max(id) FROM kernel_fact) THEN 'done' ELSE 'ready' END, 0, now(), '', ''
               FROM kernel_fact WHERE name = 'tests.X'"""
        )
    assert {p["code"] for p in verify_evidence()["problems"]} == {"delivery_order"}


def test_a_table_of_nearest_outlets_that_says_something_else_is_found(db, tmp_path, settings):
    from yizhan.places.testing import AT, KEEPER, bring_outlets, make_row, make_site
    from yizhan.reach import api as reach
    from yizhan.reach.testing import say_something_else
    from yizhan.territory import demo

    settings.YIZHAN_CACHE_DIR = tmp_path / "cache"
    demo.build({})
    site = make_site(tmp_path)
    bring_outlets(site, make_row())
    reach.count_anew(site=site, actor=KEEPER, at=AT)
    assert verify_evidence()["holds"]

    say_something_else(site)

    [problem] = verify_evidence()["problems"]
    assert problem == {"code": "nearest_outlets_differ", "place": f"{site} market elder: 1 rows"}
