"""Numbers and names with their middle hidden: enough to recognise one's own, too little to learn another's."""

from __future__ import annotations

STAR = "*"


def _keep_ends(text: str, head: int, tail: int) -> str:
    hidden = len(text) - head - tail
    if hidden < 3:
        return STAR * max(len(text) - 2, 0) + text[-2:] if len(text) > 4 else STAR * len(text)
    return text[:head] + STAR * hidden + text[-tail:]


def mask_id_number(number: str) -> str:
    """450103********0013: the six of the place and the last four stay."""
    return _keep_ends(number.strip(), 6, 4)


def mask_phone(number: str) -> str:
    """139****0000: the first three and the last four stay."""
    return _keep_ends(number.strip(), 3, 4)


def mask_name(name: str) -> str:
    """韦*英, 覃*: the family name and, of three characters or more, the last one stay."""
    text = name.strip()
    if len(text) <= 1:
        return STAR * len(text)
    if len(text) == 2:
        return text[0] + STAR
    return text[0] + STAR * min(len(text) - 2, 2) + text[-1]
