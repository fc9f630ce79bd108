"""The proof that a printed document carries: its signed payload and envelope, in an incremental update of the PDF.

The signature is over the PDF as it was set, so the proof cannot stand inside of it. It is appended as ISO 32000-1
7.5.6 lets one append: one new object that nothing refers to, a table of its own, a trailer that leads back to the
first one. Nothing that a reader shows is touched, and PDF/A allows it (ISO 19005-2 6.1.3, 6.1.4).

What is appended follows from the PDF, the payload and the envelope alone. Whoever checks writes it anew and compares,
so there is no byte of the file in which something else could stand.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yizhan.documents.rules.envelope import Envelope, canonical

_MARK = b"<</YizhanProof 1/Length "
_HEAD = re.compile(rb"\n(\d{1,7}) 0 obj\n<</YizhanProof 1/Length (\d{1,6})>>\nstream\n")
_TRAILER = re.compile(rb"trailer\s*<<(.*?)>>\s*startxref\s+(\d{1,10})\s+%%EOF\s*\Z", re.DOTALL)
_SIZE = re.compile(rb"/Size (\d{1,7})")
_TRAILER_LENGTH = 4096


class NoTrailer(ValueError):
    """The PDF does not end as one that we have set."""


@dataclass(frozen=True)
class Proof:
    """What a file says of itself; nothing of it is proved yet."""

    original: bytes
    payload: dict[str, Any]
    envelope: Envelope


def with_proof(original: bytes, payload: Mapping[str, Any], envelope: Envelope) -> bytes:
    """The PDF with its proof behind it. Raises NoTrailer."""
    found = _TRAILER.search(original, max(0, len(original) - _TRAILER_LENGTH))
    size = _SIZE.search(found[1]) if found else None
    if found is None or size is None:
        raise NoTrailer
    number = int(size[1])
    words = canonical({"payload": payload, "envelope": envelope.as_dict()})
    head = f"\n{number} 0 obj\n".encode() + _MARK + f"{len(words)}>>\nstream\n".encode()
    body = head + words + b"\nendstream\nendobj\n"
    entries = found[1].replace(size[0], b"/Size %d" % (number + 1), 1)
    return b"".join(
        (
            original,
            body,
            b"xref\n0 1\n0000000000 65535 f\r\n%d 1\n%010d 00000 n\r\n" % (number, len(original) + 1),
            b"trailer\n<<" + entries + b"/Prev " + found[2] + b">>\n",
            b"startxref\n%d\n%%%%EOF\n" % (len(original) + len(body)),
        )
    )


def proof_of(content: bytes) -> Proof | None:
    """The proof that stands in the file, none where it has none that could be read. Says nothing about its truth."""
    place = content.rfind(_MARK)
    start = content.rfind(b"\n", 0, max(place - 1, 0))
    head = _HEAD.match(content, start) if place > 0 and start >= 0 else None
    if head is None:
        return None
    try:
        said = json.loads(content[head.end() : head.end() + int(head[2])])
        payload, envelope = said["payload"], Envelope(**said["envelope"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if not isinstance(payload, dict) or not all(isinstance(one, str) for one in envelope.as_dict().values()):
        return None
    return Proof(original=content[: head.start()], payload=payload, envelope=envelope)


def is_carried_by(proof: Proof, content: bytes) -> bool:
    """Whether the file is, to the last byte, the original with this proof behind it."""
    try:
        return with_proof(proof.original, proof.payload, proof.envelope) == content
    except (NoTrailer, ValueError):
        return False
