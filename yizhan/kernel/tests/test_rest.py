"""Identifiers, times, access, subjects, idempotency, refusals, encryption."""

import random
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from yizhan.kernel import access, crypto, idempotency, ids, subjects, times
from yizhan.kernel.actors import Actor, RoleGrant
from yizhan.kernel.errors import NotAllowed, Refusal
from yizhan.kernel.subjects import Subject
from yizhan.kernel.tests.conftest import in_thread

TEXT = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=30)


class TestIds:
    def test_new_ids_are_version_7_and_grow(self):
        first, second = ids.new_id(), ids.new_id()
        assert first.version == 7
        assert first.variant == "specified in RFC 4122"
        assert first.int >> 80 <= second.int >> 80

    @given(TEXT, st.data())
    def test_one_wrong_character_is_found(self, text, data):
        checked = text + ids.check_character(text)
        place = data.draw(st.integers(0, len(checked) - 1))
        other = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".replace(checked[place], "")))
        assert ids.is_checked(checked)
        assert not ids.is_checked(checked[:place] + other + checked[place + 1 :])

    def test_almost_every_swap_of_neighbours_is_found(self):
        drawn = random.Random(7)
        missed = swaps = 0
        for _ in range(2_000):
            text = "".join(drawn.choices("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=12))
            checked = text + ids.check_character(text)
            for i in range(len(checked) - 1):
                if checked[i] != checked[i + 1]:
                    swaps += 1
                    missed += ids.is_checked(checked[:i] + checked[i + 1] + checked[i] + checked[i + 2 :])
        assert missed / swaps < 0.005

    def test_a_foreign_character_is_not_checked(self):
        assert not ids.is_checked("桂A1")


class TestTimes:
    def test_the_legal_day_is_shanghais(self):
        assert times.local_day(datetime(2026, 2, 13, 16, 0, tzinfo=UTC)) == date(2026, 2, 14)
        assert times.local_day(datetime(2026, 2, 13, 15, 59, tzinfo=UTC)) == date(2026, 2, 13)

    def test_a_day_has_24_hours(self):
        assert times.day_end(date(2026, 2, 13)) - times.day_start(date(2026, 2, 13)) == timedelta(hours=24)

    def test_a_naive_moment_is_a_fault(self):
        with pytest.raises(ValueError, match="aware"):
            times.local_day(datetime(2026, 1, 1))


class TestAccess:
    def test_an_unknown_permission_is_nobodys(self):
        assert not access.may(Actor(account_id=uuid4()), "tests.unknown")
        with pytest.raises(NotAllowed):
            access.require(Actor(), "tests.unknown")

    def test_a_permission_without_predicate_is_refused(self):
        with pytest.raises(ValueError, match="say who"):
            access.register({"tests.nobody_said": []})

    def test_roles(self):
        office = uuid4()
        actor = Actor(account_id=uuid4(), roles=(RoleGrant(role="examiner", organisation_id=office, territory="4501"),))
        assert actor.has_role("examiner", office)
        assert not actor.has_role("examiner", uuid4())
        assert actor.organisations("examiner") == {office}
        assert access.has_role("signer", "examiner")(actor, None)
        assert not access.has_role("signer")(actor, None)


class TestSubjects:
    def test_unknown_kinds_are_nameless_and_invisible(self):
        thing = Subject("tests.unheard", "1")
        assert subjects.titles([thing]) == {}
        assert subjects.visible(Actor(), [thing]) == set()


class TestRefusals:
    def test_the_text_is_filled(self):
        class Full(Refusal):
            message = "已满 {places} 人"

        assert Full(places=3).text == "已满 3 人"


@pytest.mark.django_db
class TestIdempotency:
    ACTOR = Actor.system("tests")

    def test_the_first_answer_is_given_again(self):
        calls = []

        def act():
            calls.append(1)
            return {"reference": "A1"}

        first = idempotency.once(self.ACTOR, "k", "f", act)
        again = idempotency.once(self.ACTOR, "k", "f", act)
        assert first == again == {"reference": "A1"}
        assert calls == [1]

    def test_other_content_under_the_same_key_is_refused(self):
        idempotency.once(self.ACTOR, "k", "f", dict)
        with pytest.raises(idempotency.KeyReused):
            idempotency.once(self.ACTOR, "k", "other", dict)

    def test_another_actor_has_keys_of_its_own(self):
        idempotency.once(self.ACTOR, "k", "f", lambda: {"n": 1})
        assert idempotency.once(Actor.system("x"), "k", "g", lambda: {"n": 2}) == {"n": 2}

    def test_a_refused_try_leaves_the_key_free(self):
        def refuse():
            raise Refusal

        with pytest.raises(Refusal):
            idempotency.once(self.ACTOR, "k", "f", refuse)
        assert idempotency.once(self.ACTOR, "k", "g", lambda: {"n": 2}) == {"n": 2}

    @pytest.mark.parametrize("key", ["", "x" * 256])
    def test_an_unusable_key_is_refused(self, key):
        with pytest.raises(idempotency.KeyReused):
            idempotency.once(self.ACTOR, key, "f", dict)

    def test_of_two_at_once_one_acts(self, committed_db):
        calls = []

        def act():
            calls.append(1)
            return {"n": len(calls)}

        answers = []
        with in_thread(lambda: answers.append(idempotency.once(self.ACTOR, "k", "f", act))):
            answers.append(idempotency.once(self.ACTOR, "k", "f", act))
        assert calls == [1]
        assert answers == [{"n": 1}, {"n": 1}]


class TestCrypto:
    @given(st.binary(max_size=200))
    def test_what_is_sealed_opens_again(self, plain):
        assert crypto.decrypt_bytes(crypto.encrypt_bytes(plain, "p"), "p") == plain

    def test_another_purpose_or_a_changed_byte_is_a_fault(self):
        sealed = crypto.encrypt_bytes(b"450103", "p")
        with pytest.raises(InvalidTag):
            crypto.decrypt_bytes(sealed, "q")
        with pytest.raises(InvalidTag):
            crypto.decrypt_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]), "p")

    def test_an_index_depends_on_its_purpose(self):
        assert crypto.keyed_index("139", "a") == crypto.keyed_index("139", "a")
        assert crypto.keyed_index("139", "a") != crypto.keyed_index("139", "b")

    def test_an_old_key_still_opens(self, settings):
        sealed = crypto.encrypt_bytes(b"x", "p")
        settings.YIZHAN_FIELD_KEYS = {"new": b"n" * 32, **settings.YIZHAN_FIELD_KEYS}
        assert crypto.decrypt_bytes(sealed, "p") == b"x"
        assert crypto.encrypt_bytes(b"x", "p")[2:5] == b"new"
