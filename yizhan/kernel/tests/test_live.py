"""An open page hears the name of what has changed, at the commit, if its reader may see it."""

from uuid import uuid4

import psycopg
import pytest
from django.db import transaction

from yizhan.kernel import live, subjects
from yizhan.kernel.actors import Actor
from yizhan.kernel.outbox import publish
from yizhan.kernel.tests.conftest import rang

BELL = str(uuid4())
US, STRANGER = Actor.system("us"), Actor.system("stranger")


@pytest.fixture
def bells(monkeypatch):
    """A kind of subject that only `US` may see, and a topic that everybody may follow."""

    class Bells:
        def visible(self, actor, ids):
            return set(ids) if actor == US else set()

    monkeypatch.setattr(subjects, "_resolvers", {"tests.bell": Bells()})
    monkeypatch.setattr(live, "_topics", {"tests.tower": lambda _actor, key: key != "hidden"})


@pytest.fixture
def heard(committed_db, owner_url):
    with psycopg.connect(owner_url, autocommit=True) as listening:
        listening.execute(f"LISTEN {live.CHANNEL}")
        yield lambda: sorted(note.payload for note in listening.notifies(timeout=0.3))


def test_every_fact_tells_the_pages_of_its_subject_at_the_commit(bells, heard):
    bell = uuid4()
    with transaction.atomic():
        publish(rang(bell))
        publish(rang(bell, 2))
        assert heard() == []
    assert heard() == [f"tests.bell:{bell}"]


def test_what_is_rolled_back_is_told_to_nobody(bells, heard):
    with transaction.atomic():
        live.announce("tests.tower", "north")
        transaction.set_rollback(True)
    assert heard() == []


def test_a_module_announces_its_own_topics_and_no_others(bells, heard):
    with transaction.atomic():
        live.announce("tests.tower", "north")
        for kind, key in (("tests.bell", "1"), ("tests.tower", "a b"), ("nothing", "1")):
            with pytest.raises(ValueError, match="no live topic"):
                live.announce(kind, key)
    assert heard() == ["tests.tower:north"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("actor", "may"),
    [(US, [f"tests.bell:{BELL}", "tests.tower:north"]), (STRANGER, ["tests.tower:north"])],
)
def test_a_reader_follows_what_he_may_see(bells, actor, may):
    names = [
        f"tests.bell:{BELL}",
        "tests.bell:1",
        "tests.tower:north",
        "tests.tower:hidden",
        f"tests.absent:{BELL}",
        "no",
        ":",
    ]
    assert live.followable(actor, names) == may


def test_outside_a_transaction_nothing_is_announced(bells, committed_db):
    with pytest.raises(RuntimeError):
        live.announce("tests.tower", "north")
