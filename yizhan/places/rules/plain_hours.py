"""Opening hours as people write them in Chinese, turned into OpenStreetMap's syntax.

周一至周五 8:00-12:00、14:30-18:00；节假日休息 is Mo-Fr 08:00-12:00,14:30-18:00; PH off. What is not understood stays
as it is, for the check to refuse with its place.
"""

import re
import unicodedata

_DAYS = {"一": "Mo", "二": "Tu", "三": "We", "四": "Th", "五": "Fr", "六": "Sa", "日": "Su", "天": "Su"}
_WORDS = (
    ("法定节假日", "PH"), ("节假日", "PH"), ("工作日", "Mo-Fr"), ("周末", "Sa,Su"), ("双休日", "Sa,Su"),
    ("每天", "Mo-Su"), ("天天", "Mo-Su"), ("不营业", " off"), ("休息", " off"), ("关门", " off"), ("营业", ""),
    ("次日", ""), ("第二天", ""), ("至", "-"), ("到", "-"), ("、", ","), ("和", ","), ("及", ","),
)  # fmt: skip
_WHOLE_DAY = re.compile(r"^(?:每天|全天)?\s*(?:24\s*小时|全天|全天候)(?:营业|开放|服务)?$")
_MORE_DAYS = re.compile(r"((?:周|星期|礼拜)[一二三四五六日天][、,和及至到-])(?=[一二三四五六日天])")
_DAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
_HOUR = re.compile(r"(?<![\d:])(\d{1,2})[点时](?:(\d{2})分?)?")
_SHORT = re.compile(r"(?<!\d)(\d):(\d{2})")
_NEXT_RULE = re.compile(r"(?<=\d)\s*,\s*(?=[A-Z])")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def from_plain_words(text: str) -> str:
    """Text without Chinese comes back with its signs made half-width and its hours of two digits."""
    plain = unicodedata.normalize("NFKC", text).strip().rstrip("。.;")
    plain = re.sub(r"[~〜～—–−﹣]+", "-", plain)
    if _WHOLE_DAY.match(plain):
        return "24/7"
    if _HAN.search(plain):
        plain = _from_chinese(plain)
    return _SHORT.sub(r"0\1:\2", plain)


def _from_chinese(plain: str) -> str:
    while _MORE_DAYS.search(plain):
        plain = _MORE_DAYS.sub(r"\1周", plain)
    plain = _DAY.sub(lambda found: _DAYS[found[1]], plain)
    for words, sign in _WORDS:
        plain = plain.replace(words, sign)
    plain = _HOUR.sub(lambda found: f"{found[1]}:{found[2] or '00'}", plain)
    plain = re.sub(r"\s*([,-])\s*", r"\1", plain)
    plain = re.sub(r"(?<=[a-zH])(?=\d)", " ", plain)
    plain = _NEXT_RULE.sub("; ", plain)
    return re.sub(r"\s+", " ", re.sub(r"\s*;\s*", "; ", plain)).strip()
