"""Small true files for tests and demo data."""

import struct
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from yizhan.documents.models import Disposal, DisposalAnswer, Document, Erasure, FileContent, Keeping, StoredFile
from yizhan.documents.services.typesetting import render_pdf

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x0b\x08\x00\x10\x00\x10\x01\x01\x11\x00\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x00\xff\xd9"
)


def png(width: int = 2, height: int = 2, trailer: bytes = b"") -> bytes:
    """A grey PNG; with huge sides it is a bomb, because only its header says so."""
    rows = b"".join(b"\x00" + b"\x80" * width for _ in range(height)) if width * height < 10_000 else b""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks + trailer


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def printed_facts(**changed: object) -> dict[str, object]:
    """What the printer adds to a template's data, for looking at templates."""
    facts: dict[str, object] = {
        "title": "受理通知书",
        "number": "南青民受〔2026〕0372号",
        "issuer": "南宁市青秀区民政局",
        "issued_on": [2026, 10, 9],
        "code": "7K4M2-9PQRT-3XWZ8-H5JN6",
        "address": "http://127.0.0.1:8000/verify/",
        "qr": '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><path d="M0 0h8v8z"/></svg>',
        "kid": "ed25519-3fa9c27d10be44aa",
        "sample": True,
    }
    return {**facts, **changed}


def printed_pdf(template: Path, data: Mapping[str, Any], **facts: object) -> bytes:
    """A paper as it would be printed, without issuing it; `facts` change what the printer adds."""
    moment = datetime(2026, 10, 9, 2, 48, tzinfo=UTC)
    return render_pdf(template=template, data={**data, "document": printed_facts(**facts)}, at=moment)


def kept_things() -> dict[str, int]:
    """How many rows there are of what comes and goes with papers."""
    return {
        one.__name__: one.objects.count() for one in (StoredFile, FileContent, Document, Keeping, Disposal, Erasure)
    }


def propose_past_the_services(keeping_id: UUID, staff_id: UUID, at: datetime) -> Disposal:
    return Disposal.objects.create(keeping_id=keeping_id, number=1, proposed_by_id=staff_id, proposed_at=at)


def approve_past_the_services(disposal: Disposal, staff_id: UUID, at: datetime) -> DisposalAnswer:
    return DisposalAnswer.objects.create(disposal=disposal, is_approved=True, answered_by_id=staff_id, answered_at=at)
