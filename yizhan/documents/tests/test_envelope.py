from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yizhan.documents.rules.envelope import (
    ALGORITHMS,
    Envelope,
    canonical,
    from_base64,
    is_genuine,
    key_id,
    sign,
    to_base64,
)

ED = ALGORITHMS["ed25519"]
PRIVATE = bytes(range(32))
PUBLIC = ED.public_key(PRIVATE)
PAYLOAD = {"v": 1, "number": "南青民决〔2026〕0372号", "public_fields": [["事项", "高龄津贴"]], "sha256": "ab" * 32}
SIGNED = sign(PAYLOAD, alg="ed25519", private_key=PRIVATE)

texts = st.text(max_size=20)
payloads = st.dictionaries(
    texts, st.one_of(texts, st.integers(), st.booleans(), st.none(), st.lists(texts, max_size=3))
)


def test_rfc_8032_first_vector():
    private = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    assert ED.public_key(private).hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert ED.sign(private, b"").hex().startswith("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901")


@given(payloads)
def test_what_is_signed_is_genuine_and_order_does_not_matter(payload: dict):
    envelope = sign(payload, alg="ed25519", private_key=PRIVATE)
    assert is_genuine(dict(reversed(payload.items())), envelope, PUBLIC)


@given(payloads, payloads)
def test_another_payload_is_not_genuine(payload: dict, other: dict):
    envelope = sign(payload, alg="ed25519", private_key=PRIVATE)
    assert is_genuine(other, envelope, PUBLIC) == (canonical(other) == canonical(payload))


@given(st.integers(0, 63), st.integers(1, 255))
def test_a_changed_byte_of_the_signature_is_seen(place: int, flip: int):
    signature = bytearray(from_base64(SIGNED.sig))
    signature[place] ^= flip
    assert not is_genuine(PAYLOAD, replace(SIGNED, sig=to_base64(bytes(signature))), PUBLIC)


@given(st.integers(0, 31), st.integers(1, 255))
def test_a_changed_byte_of_the_key_is_seen(place: int, flip: int):
    public = bytearray(PUBLIC)
    public[place] ^= flip
    assert not is_genuine(PAYLOAD, SIGNED, bytes(public))


def test_another_key_under_the_same_name_is_seen():
    forger = bytes(32)
    forged = sign(PAYLOAD, alg="ed25519", private_key=forger)
    assert not is_genuine(PAYLOAD, replace(forged, kid=SIGNED.kid), ED.public_key(forger))
    assert key_id("ed25519", ED.public_key(forger)) != SIGNED.kid


@pytest.mark.parametrize("sig", ["", "=", "x", "é", "A" * 85, "!" * 86])
def test_a_signature_that_cannot_be_read_is_not_genuine(sig: str):
    assert not is_genuine(PAYLOAD, replace(SIGNED, sig=sig), PUBLIC)


def test_an_unknown_algorithm_is_not_genuine():
    assert not is_genuine(PAYLOAD, Envelope(alg="none", kid=SIGNED.kid, sig=SIGNED.sig), PUBLIC)


def test_floats_that_have_no_one_spelling_are_refused():
    with pytest.raises(ValueError):
        canonical({"x": float("nan")})
