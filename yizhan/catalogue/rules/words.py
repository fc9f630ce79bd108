"""What the rules say of a file: Chinese and English side by side, since rules know no Django."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    zh: str
    en: str

    def __str__(self) -> str:
        return self.zh

    def __add__(self, other: Words) -> Words:
        return Words(self.zh + other.zh, self.en + other.en)

    def spoken(self, language: str) -> str:
        return self.en if language.lower().startswith("en") else self.zh


SILENT = Words("", "")
