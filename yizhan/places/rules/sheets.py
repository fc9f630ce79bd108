"""Cells of a table that goes out: what a spreadsheet would take for a formula is made plain text."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def plain_cell(text: str) -> str:
    """What such a cell said before: a table that was taken away comes back as it was."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(_FORMULA) else text


def csv_cell(value: object) -> str:
    """As text; one that begins like a formula gets an apostrophe before it. Numbers stay numbers."""
    text = "" if value is None else str(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return text
    return f"'{text}" if text.startswith(_FORMULA) else text
