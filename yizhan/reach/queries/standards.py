"""The standards of the data file."""

from datetime import date
from functools import cache
from pathlib import Path

import yaml
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import BadInput
from yizhan.reach.rules.coverage import StandardList, Standards, read_standards

_FILE = Path(__file__).resolve().parents[1] / "data" / "standards.yaml"
BASIC = "basic_twelve"


class UnknownList(BadInput):
    code = "reach.unknown_list"
    message = _("没有“{name}”这份配置清单。")


@cache
def standards(on: date = date.max) -> Standards:
    """The standards in force on a day, the newest unless one is named."""
    return read_standards(yaml.safe_load(_FILE.read_text(encoding="utf-8")), on)


def get_list(code: str) -> StandardList:
    """Raises UnknownList."""
    found = standards().find_list(code)
    if found is None:
        raise UnknownList(name=code[:40])
    return found


def said(title: str, title_en: str) -> str:
    """In the reader's language; both stand in the data file."""
    return title_en if (get_language() or "").startswith("en") else title
