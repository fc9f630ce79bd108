"""Two at the same moment: the database lets one through and the other hears why."""

import threading

from django.db import connections

from yizhan.kernel.api import Actor, times
from yizhan.people import api as people
from yizhan.people.models import Account, IntakeGrant, RecordRead, Relation, Resident
from yizhan.people.services.accounts import open_account
from yizhan.people.testing import (
    MOMENT,
    XINZHU,
    actor_for,
    make_id_number,
    make_organisation,
    make_resident,
    make_staff,
)

SYSTEM = Actor.system("people.tests")


def at_once(*calls):
    """Run all calls in their own connections, started together; answers and refusals in any order."""
    barrier, outcomes = threading.Barrier(len(calls)), []

    def run(call):
        try:
            barrier.wait()
            outcomes.append(call())
        except Exception as fault:
            outcomes.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def faults(outcomes):
    return [one for one in outcomes if isinstance(one, Exception)]


def test_two_windows_of_one_clerk_leave_one_open_look(committed_db):
    actor = actor_for(make_staff("desk_clerk", make_organisation(territory=XINZHU)))
    numbers = [make_resident(f"居民{i}").id_number for i in range(6)]
    outcomes = at_once(
        *[
            lambda number=number: people.find_resident_at_desk(actor=actor, id_number=number, at=MOMENT)
            for number in numbers
        ]
    )
    assert not faults(outcomes)
    assert IntakeGrant.objects.filter(closed_at=None).count() == 1
    assert IntakeGrant.objects.count() == RecordRead.objects.count() == 6


def test_one_number_written_at_two_desks_is_one_person(committed_db):
    number = make_id_number()
    register = lambda: people.register_resident(  # noqa: E731
        actor=SYSTEM, particulars=people.Particulars(name="农秀珍", id_number=number), at=MOMENT
    )
    outcomes = at_once(*[register] * 4)
    assert [type(fault) for fault in faults(outcomes)] == [people.IdentityNumberTaken] * 3
    assert Resident.objects.count() == 1


def test_two_who_act_for_each_other_do_not_wait_for_ever(committed_db):
    mother, daughter = make_resident(level=3), make_resident("韦海燕", level=3)

    def relate(agent, principal):
        relation = people.NewRelation(
            agent_id=agent.id,
            principal_id=principal.id,
            kind=people.RelationKind.OTHER,
            valid_from=times.local_day(MOMENT),
        )
        return people.add_relation(actor=SYSTEM, relation=relation, at=MOMENT)

    there, back = (lambda: relate(daughter, mother)), (lambda: relate(mother, daughter))
    outcomes = at_once(there, back, there, back)
    assert [type(fault) for fault in faults(outcomes)] == [people.RelationExists] * 2
    assert Relation.objects.count() == 2


def test_one_phone_confirmed_in_two_windows_is_one_account(committed_db):
    outcomes = at_once(*[lambda: open_account(phone="13900000055", at=MOMENT)] * 4)
    assert not faults(outcomes)
    assert len({account.id for account in outcomes}) == Account.objects.count() == 1
