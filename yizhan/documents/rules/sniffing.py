"""What a file is, by its bytes and never by its name: a JPEG, a PNG or a PDF, whole and of a sane size.

Pictures are measured by their headers and never unpacked, so that a small file cannot become a large one here.
"""

import re
import struct
import zlib
from enum import StrEnum

MAX_PIXELS = 100_000_000
_PNG = b"\x89PNG\r\n\x1a\n"


def _name(text: str) -> str:
    """Any letter of a PDF's name may be written as #xx (ISO 32000-1, 7.3.5)."""
    return "/" + "".join(f"(?:{letter}|#(?i:{ord(letter):x}))" for letter in text)


_SCRIPTS = re.compile("|".join(_name(one) for one in ("JavaScript", "Launch", "RichMedia")).encode())


class MediaType(StrEnum):
    JPEG = "image/jpeg"
    PNG = "image/png"
    PDF = "application/pdf"

    @property
    def suffix(self) -> str:
        return {MediaType.JPEG: ".jpg", MediaType.PNG: ".png", MediaType.PDF: ".pdf"}[self]


class Trouble(StrEnum):
    DAMAGED = "damaged"
    TOO_MANY_PIXELS = "too_many_pixels"
    CARRIES_MORE = "carries_more"  # something else hides in or behind it


def sniff(content: bytes) -> MediaType | None:
    """The type that the first bytes show, none for every other kind of file."""
    if content.startswith(b"\xff\xd8\xff"):
        return MediaType.JPEG
    if content.startswith(_PNG):
        return MediaType.PNG
    return MediaType.PDF if content.startswith(b"%PDF-") else None


def trouble_of(content: bytes, media_type: MediaType) -> Trouble | None:
    """What speaks against keeping the file, none where it is well."""
    checks = {MediaType.JPEG: _jpeg_trouble, MediaType.PNG: _png_trouble, MediaType.PDF: _pdf_trouble}
    try:
        return checks[media_type](content)
    except (struct.error, IndexError):
        return Trouble.DAMAGED


def _pixels(width: int, height: int) -> Trouble | None:
    if not width or not height:
        return Trouble.DAMAGED
    return Trouble.TOO_MANY_PIXELS if width * height > MAX_PIXELS else None


def _png_trouble(content: bytes) -> Trouble | None:
    """Walk the chunks (RFC 2083): header first, checksums right, the end at the end."""
    position, first = len(_PNG), True
    while True:
        length, kind = struct.unpack_from(">I4s", content, position)
        body = content[position + 8 : position + 8 + length]
        (checksum,) = struct.unpack_from(">I", content, position + 8 + length)
        if checksum != zlib.crc32(kind + body):
            return Trouble.DAMAGED
        if first:
            wrong = Trouble.DAMAGED if kind != b"IHDR" else _pixels(*struct.unpack_from(">II", body))
            if wrong:
                return wrong
        position, first = position + 12 + length, False
        if kind == b"IEND":
            return Trouble.CARRIES_MORE if position != len(content) else None


def _jpeg_trouble(content: bytes) -> Trouble | None:
    """Walk the segments up to the frame header (ITU T.81 B.2.2); a phone may leave a trailer behind the picture."""
    position = 2
    while content[position] == 0xFF:
        marker = content[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", content, position + 5)
            return _pixels(width, height) or (None if b"\xff\xd9" in content[position:] else Trouble.DAMAGED)
        position += 2 + struct.unpack_from(">H", content, position + 2)[0]
    return Trouble.DAMAGED


def _pdf_trouble(content: bytes) -> Trouble | None:
    if b"%%EOF" not in content[-2048:]:
        return Trouble.DAMAGED
    return Trouble.CARRIES_MORE if _SCRIPTS.search(content) else None
