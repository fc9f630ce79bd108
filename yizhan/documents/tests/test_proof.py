"""The proof behind the PDF, and checking it with the published keys alone."""

import hashlib
import random
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from yizhan.documents.rules import revoking
from yizhan.documents.rules.envelope import ALGORITHMS, key_id, sign, to_base64
from yizhan.documents.rules.offline import Answer, Unreadable, check, read_keys, read_revoked
from yizhan.documents.rules.proof import NoTrailer, proof_of, with_proof
from yizhan.documents.testing import printed_pdf

ED = ALGORITHMS["ed25519"]
OFFICE, OTHER_OFFICE = "01920000-0000-7000-8000-000000000001", "01920000-0000-7000-8000-000000000002"
PRIVATE, OTHER = bytes(range(32)), bytes(range(1, 33))
LETTER = Path(__file__).with_name("letter.typ")


def public(private: bytes, office: str = OFFICE, **more: object) -> dict[str, object]:
    raw = ED.public_key(private)
    return {"kid": key_id("ed25519", raw), "alg": "ed25519", "organisation": office, "x": to_base64(raw), **more}


KEYS = read_keys({"keys": [public(PRIVATE), public(OTHER, OTHER_OFFICE)]})


@pytest.fixture(scope="module")
def original() -> bytes:
    return printed_pdf(LETTER, {"name": "韦桂英"})


def payload_of(original: bytes, **changed: object) -> dict[str, object]:
    said: dict[str, object] = {
        "v": 1,
        "code": "7K4M29PQRT3XWZ8H5JN6",
        "title": "受理通知书",
        "number": "南青民受〔2026〕0372号",
        "issuer": "南宁市青秀区民政局",
        "issuer_organisation_id": OFFICE,
        "holder": "韦**",
        "public_fields": [["事项", "高龄津贴"]],
        "issued_at": "2026-10-09T02:48:00.000000+00:00",
        "sample": False,
        "sha256": hashlib.sha256(original).hexdigest(),
    }
    return {**said, **changed}


def paper(original: bytes, private: bytes = PRIVATE, **changed: object) -> bytes:
    payload = payload_of(original, **changed)
    return with_proof(original, payload, sign(payload, alg="ed25519", private_key=private))


def revoked(original: bytes, *, private: bytes = PRIVATE, serial: int = 1, previous: str = revoking.FIRST, **changed):
    given = {
        "code": "7K4M29PQRT3XWZ8H5JN6",
        "sha256": hashlib.sha256(original).hexdigest(),
        "organisation_id": OFFICE,
        "serial": serial,
        "previous": previous,
        "ground": "fraud",
        "revoked_at": datetime(2026, 11, 1, tzinfo=UTC),
    }
    said = revoking.statement(**{**given, **changed})
    return {**said, "envelope": sign(said, alg="ed25519", private_key=private).as_dict()}


class TestTheFile:
    def test_is_a_pdf_that_reads_as_before(self, original, caplog):
        before, after = (PdfReader(BytesIO(one), strict=True) for one in (original, paper(original)))
        assert after.pages[0].extract_text() == before.pages[0].extract_text()
        assert after.trailer["/ID"] == before.trailer["/ID"]
        assert after.trailer.raw_get("/Root").idnum == before.trailer.raw_get("/Root").idnum
        assert not caplog.records
        assert int(after.trailer["/Size"]) == int(before.trailer["/Size"]) + 1

    def test_begins_with_the_very_bytes_that_were_signed(self, original):
        assert paper(original).startswith(original)

    def test_says_what_was_signed(self, original):
        proof = proof_of(paper(original))
        assert proof is not None
        assert proof.original == original
        assert proof.payload == payload_of(original)

    def test_wants_a_pdf_that_ends_as_ours_do(self):
        with pytest.raises(NoTrailer):
            paper(b"%PDF-1.7\n%%EOF")


class TestCheck:
    def test_what_the_office_signed_is_genuine(self, original):
        checked = check(paper(original), KEYS)
        assert checked.answer is Answer.GENUINE
        assert checked.says["title"] == "受理通知书"

    def test_every_changed_byte_is_seen(self, original):
        """Each place of the proof, and a thousand of the page before it."""
        whole = paper(original)
        drawn = random.Random(7)
        places = [*drawn.sample(range(len(original)), 1000), *range(len(original), len(whole))]
        for place in places:
            changed = bytearray(whole)
            changed[place] ^= 1 << drawn.randrange(8)
            assert check(bytes(changed), KEYS).answer not in (Answer.GENUINE, Answer.REVOKED), place

    @pytest.mark.parametrize("behind", [b"\n", b"%", b"\n5 0 obj\n<<>>\nendobj\n", b"\x00" * 40])
    def test_nothing_may_stand_behind_it(self, original, behind):
        assert check(paper(original) + behind, KEYS).answer is Answer.ALTERED

    def test_nothing_may_stand_between_page_and_proof(self, original):
        whole = paper(original)
        inside = whole[: len(original)] + b"\n% more" + whole[len(original) :]
        assert check(inside, KEYS).answer is Answer.ALTERED

    @pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9, 0.99])
    def test_a_file_cut_off_is_not_genuine(self, original, share):
        whole = paper(original)
        answer = check(whole[: int(len(whole) * share)], KEYS).answer
        assert answer is (Answer.NOT_OURS if share == 0 else Answer.ALTERED)

    @pytest.mark.parametrize(
        "changed",
        [{"holder": "黄**"}, {"number": "别的"}, {"sample": True}, {"issued_at": "2026-10-08T02:48:00.000000+00:00"}],
    )
    def test_another_payload_under_the_old_signature_is_altered(self, original, changed):
        good = proof_of(paper(original))
        assert good is not None
        forged = with_proof(original, payload_of(original, **changed), good.envelope)
        assert check(forged, KEYS).answer is Answer.ALTERED

    def test_the_proof_of_one_paper_behind_another_is_altered(self, original):
        good = proof_of(paper(original))
        assert good is not None
        other = printed_pdf(LETTER, {"name": "黄秀兰"})
        assert check(with_proof(other, good.payload, good.envelope), KEYS).answer is Answer.ALTERED

    def test_a_key_that_nobody_published_is_unknown(self, original):
        assert check(paper(original, private=bytes(32)), KEYS).answer is Answer.UNKNOWN_KEY

    def test_another_office_s_key_is_unknown_for_this_office(self, original):
        assert check(paper(original, private=OTHER), KEYS).answer is Answer.UNKNOWN_KEY

    def test_a_forged_name_of_a_key_is_altered(self, original):
        payload = payload_of(original)
        forged = sign(payload, alg="ed25519", private_key=bytes(32))
        named = type(forged)(alg="ed25519", kid=str(public(PRIVATE)["kid"]), sig=forged.sig)
        assert check(with_proof(original, payload, named), KEYS).answer is Answer.ALTERED

    def test_another_algorithm_is_no_way_round(self, original):
        good = proof_of(paper(original))
        assert good is not None
        named = type(good.envelope)(alg="none", kid=good.envelope.kid, sig=good.envelope.sig)
        assert check(with_proof(original, good.payload, named), KEYS).answer is Answer.ALTERED

    def test_a_lost_key_is_a_question_for_the_city(self, original):
        keys = read_keys({"keys": [public(PRIVATE, lost_from="2026-11-01T00:00:00+00:00")]})
        assert check(paper(original), keys).answer is Answer.ASK_ONLINE

    @pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7\n%%EOF", b"\x89PNG", b"<</YizhanProof 1/Length "])
    def test_what_has_no_proof_is_not_ours(self, content):
        assert check(content, KEYS).answer in (Answer.NOT_OURS, Answer.ALTERED)

    def test_the_page_without_its_proof_is_not_told_to_be_genuine(self, original):
        assert check(original, KEYS).answer is Answer.NOT_OURS


class TestRevocations:
    def test_a_revoked_paper_is_told_with_its_ground(self, original):
        checked = check(paper(original), KEYS, [revoked(original)])
        assert checked.answer is Answer.REVOKED
        assert checked.revocation is not None
        assert checked.revocation["ground"] == "fraud"

    def test_another_paper_s_revocation_is_none_of_this_one(self, original):
        other = revoked(original, code="0" * 20)
        assert check(paper(original), KEYS, [other]).answer is Answer.GENUINE

    def test_a_list_that_was_changed_is_not_believed(self, original):
        entry = revoked(original)
        for name, value in (("code", "0" * 20), ("ground", "abuse"), ("serial", 2), ("previous", "1" * 64)):
            assert check(paper(original), KEYS, [{**entry, name: value}]).answer is Answer.LIST_BROKEN

    def test_a_statement_left_out_is_seen(self, original):
        first = revoked(original, code="0" * 20)
        said = {name: value for name, value in first.items() if name != "envelope"}
        second = revoked(original, serial=2, previous=revoking.digest(said))
        assert check(paper(original), KEYS, [first, second]).answer is Answer.REVOKED
        assert check(paper(original), KEYS, [second]).answer is Answer.LIST_BROKEN

    def test_nobody_revokes_for_another_office(self, original):
        assert check(paper(original), KEYS, [revoked(original, private=OTHER)]).answer is Answer.LIST_BROKEN


class TestPublishedFiles:
    @pytest.mark.parametrize("said", [None, [], {}, {"keys": None}, {"keys": [{}]}, {"keys": ["x"]}, "keys", 3])
    def test_what_is_no_list_of_keys_is_said(self, said):
        with pytest.raises(Unreadable):
            read_keys(said)

    def test_a_key_under_another_name_is_no_key_of_ours(self):
        with pytest.raises(Unreadable):
            read_keys({"keys": [{**public(PRIVATE), "x": to_base64(ED.public_key(OTHER))}]})

    @pytest.mark.parametrize("said", [None, {}, {"revoked": 3}, {"revoked": [{}]}, {"revoked": ["x"]}])
    def test_what_is_no_list_of_revocations_is_said(self, said):
        with pytest.raises(Unreadable):
            read_revoked(said)
