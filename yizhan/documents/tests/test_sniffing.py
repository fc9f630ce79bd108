import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yizhan.documents.rules.sniffing import MediaType, Trouble, sniff, trouble_of
from yizhan.documents.testing import JPEG, PDF, png


def zip_bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x", b"\x00" * 1_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type"), [(PDF, MediaType.PDF), (JPEG, MediaType.JPEG), (png(), MediaType.PNG)]
)
def test_takes_the_three_kinds(content: bytes, media_type: MediaType):
    assert sniff(content) is media_type
    assert trouble_of(content, media_type) is None


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"<!doctype html><html></html>",
        zip_bomb(),
        b"GIF89a",
        b"MZ\x90",
        b" %PDF-1.7",
        b"\x00",
    ],
)
def test_knows_no_other_kind(content: bytes):
    assert sniff(content) is None


@pytest.mark.parametrize(
    ("content", "media_type", "trouble"),
    [
        (png(60_000, 60_000), MediaType.PNG, Trouble.TOO_MANY_PIXELS),
        (png(0, 5), MediaType.PNG, Trouble.DAMAGED),
        (png(trailer=zip_bomb()), MediaType.PNG, Trouble.CARRIES_MORE),
        (png()[:-6], MediaType.PNG, Trouble.DAMAGED),
        (png().replace(b"IDAT", b"IDAX"), MediaType.PNG, Trouble.DAMAGED),
        (JPEG[:-2], MediaType.JPEG, Trouble.DAMAGED),
        (JPEG[:30], MediaType.JPEG, Trouble.DAMAGED),
        (JPEG.replace(b"\x08\x00\x10\x00\x10", b"\x08\xff\xff\xff\xff"), MediaType.JPEG, Trouble.TOO_MANY_PIXELS),
        (PDF[:-7], MediaType.PDF, Trouble.DAMAGED),
        (PDF.replace(b"/Catalog", b"/JavaScript"), MediaType.PDF, Trouble.CARRIES_MORE),
        (PDF.replace(b"/Catalog", b"/J#61vaScr#69pt"), MediaType.PDF, Trouble.CARRIES_MORE),
    ],
)
def test_says_what_is_wrong(content: bytes, media_type: MediaType, trouble: Trouble):
    assert trouble_of(content, media_type) is trouble


@given(st.sampled_from([PDF, JPEG, png()]), st.binary(max_size=60), st.integers(0, 120))
def test_never_fails_on_any_bytes(start: bytes, rest: bytes, cut: int):
    content = start[:cut] + rest
    media_type = sniff(content)
    if media_type:
        trouble_of(content, media_type)
