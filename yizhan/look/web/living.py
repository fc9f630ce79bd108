"""What the living page shows: one sample of every component."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from yizhan.look.rules.masks import mask_id_number, mask_phone
from yizhan.look.rules.parts import (
    Action,
    BarPart,
    DayCell,
    DayKind,
    LightView,
    Paper,
    PersonView,
    PlaceView,
    Receipt,
    Stop,
    Strip,
)
from yizhan.look.services.forms import AccessibleForm

ICONS = Path(__file__).resolve().parent.parent / "static" / "look" / "icons.svg"
VERSIONS = ("standard", "elder", "desk")
GREENS = ["green-900", "green-700", "green-500", "green-200", "green-100", "rose-600", "rose-100", "sand"]
INKS = ["ink", "ink-2", "ink-3", "edge", "line", "paper", "sheet", "focus"]
BEGIN = date(2026, 9, 18)
PATTERN = "s w C c p p c h h h c c l h h h h h h h l l L w d"
LATE_PATTERN = "s c w w c c c c c w c c c c d o h h h o o"
KINDS: dict[str, DayKind] = {
    "s": "start", "c": "counted", "l": "left", "w": "weekend", "h": "holiday", "p": "paused", "d": "due", "o": "over",
}  # fmt: skip


class SampleForm(AccessibleForm):
    """Every kind of field, sent with mistakes in it."""

    card = forms.CharField(
        label=gettext_lazy("社会保障卡号"),
        help_text=gettext_lazy("卡正面那串数字，19 位，须是老人本人的卡"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    relation = forms.ChoiceField(
        label=gettext_lazy("您是老人的"),
        choices=[("child", gettext_lazy("子女")), ("spouse", gettext_lazy("配偶")), ("self", gettext_lazy("就是本人"))],
        widget=forms.RadioSelect,
    )
    bank = forms.ChoiceField(label=gettext_lazy("开户行"), choices=[("", "—"), ("1", gettext_lazy("样例银行"))])
    remark = forms.CharField(label=gettext_lazy("还想说的"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    consent = forms.BooleanField(
        label=gettext_lazy("同意调取电子证照"), help_text=gettext_lazy("不同意也能办，自己交纸质件就行")
    )

    def clean_card(self) -> str:
        digits = re.sub(r"\D", "", self.cleaned_data["card"])
        if len(digits) != 19:
            raise forms.ValidationError(
                _("社会保障卡号只有 {count} 位，请对着卡再看一遍末尾").format(count=len(digits))
            )
        return digits


def _word(letter: str, day: date) -> str:
    words = {"s": pgettext("一格", "受理"), "w": _("休"), "p": _("停"), "d": _("到期"), "o": _("超")}
    if letter == "h":
        return _("国庆") if day.month == 10 else _("中秋")
    return words.get(letter, "")


def _spoken(letter: str, number: int) -> str:
    said = {
        "s": _("当天不计"), "w": _("周末，不计"), "h": _("法定节假日，不计"), "p": _("停算，等您补材料"),
        "d": _("第{number}个工作日，到期"), "o": _("已经超期"),
    }  # fmt: skip
    return said.get(letter.lower(), _("第{number}个工作日")).format(number=number)


def sample_strip(pattern: str, begin: date, today: date, summary: str, note: str = "") -> Strip:
    """A strip from letters; a capital letter is a make-up day."""
    cells: list[DayCell] = []
    number = 0
    for offset, letter in enumerate(pattern.split()):
        day, small = begin + timedelta(days=offset), letter.lower()
        number += small in "cld"
        cells.append(
            DayCell(
                date=day,
                kind=KINDS[small],
                number=number if small in "cld" else None,
                word=_word(small, day),
                makeup=letter.isupper(),
                today=day == today,
                spoken=_spoken(small, number),
            )
        )
    return Strip(cells=tuple(cells), first_weekday=begin.isoweekday(), summary=summary, note=note)


def _times() -> dict[str, Any]:
    today = date(2026, 9, 29)
    summary = _("10个工作日已用5个，10月12日到期")
    late = _("10个工作日已用10个，已超3个工作日")
    return {
        "strip": sample_strip(PATTERN, BEGIN, today, summary, _("数满 10 个工作日，当天 24:00 止")),
        "late_strip": sample_strip(LATE_PATTERN, date(2026, 9, 9), today, late),
        "lights": [
            LightView(colour="green", word=_("正常")),
            LightView(colour="yellow", word=_("预警，剩 1 天")),
            LightView(colour="orange", word=_("环节超时")),
            LightView(colour="red", word=_("超承诺 3 天")),
            LightView(colour="black", word=_("超法定 5 天")),
            LightView(colour="none", word=_("停算")),
        ],
        "rail": [
            Stop(title=_("受理"), when=_("9月18日 9:05"), note=_("样例社区综合窗口"), state="done",
                 links=(Action(label=_("受理通知书"), url="#"),)),
            Stop(title=_("停算 2 天"), when=_("9月22日—23日"), note=_("等您补照片"), state="wait"),
            Stop(title=_("审查"), when=_("正在办"), state="now"),
            Stop(title=_("决定"), when=_("10月12日前")),
        ],
        "steps": [
            Stop(title=_("认人"), state="done"), Stop(title=_("填账户"), state="now"),
            Stop(title=_("交材料")), Stop(title=_("核对")),
        ],
    }  # fmt: skip


def _people_and_papers() -> dict[str, Any]:
    number, phone = mask_id_number("450103194602290013"), mask_phone("13900000000")
    return {
        "person": PersonView(
            name=_("样例老人"), note=_("女，80 岁"),
            facts=((_("身份证"), number), (_("手机"), phone), (_("户籍"), _("样例社区"))),
            links=(Action(label=_("看全号"), url="#", icon="eye"), Action(label=_("换人"), url="#", key="F2")),
        ),
        "number": number,
        "papers": [
            Paper(title=_("居民身份证"), note=_("电子证照，10:38 调取"), state="fetched", word=_("免提交")),
            Paper(title=_("社会保障卡"), note=_("原件已核，已拍 1 页"), state="checked",
                  links=(Action(label=_("看图"), url="#"), Action(label=_("重拍"), url="#", icon="camera"))),
            Paper(title=_("代办委托书"), note=_("缺老人按手印"), state="missing",
                  links=(Action(label=_("扫描"), url="#", icon="scan", key="F6", style="outline"),)),
            Paper(title=_("户口簿"), note=_("10月9日前补"), state="later", word=_("容缺后补")),
            Paper(title=_("满 80 周岁"), note=_("没有来源能回答"), state="open", word=_("不清楚"), plain=True),
        ],
        "places": [
            PlaceView(name=_("样例社区综合窗口"), minutes=7, open_word=_("现在开着"), note=_("前面 2 人"), url="#"),
            PlaceView(name=_("样例卫生服务站"), minutes=13, open_word=_("歇着"), is_open=False, note=_("14:30 再开")),
        ],
    }  # fmt: skip


def _numbers() -> dict[str, Any]:
    return {
        "series": (88, 91, 90, 93, 92, 94, 93, 95, 94.6, 95, 95.5, 96.3),
        "falling": (30, 28, 29, 26, 24, 25, 22, 21, 20, 19, 19, 18),
        "red": LightView(colour="red", word=_("超承诺")),
        "bar": [
            BarPart(colour="yellow", word=_("预警"), count=6), BarPart(colour="black", word=_("超法定"), count=1),
            BarPart(colour="red", word=_("超承诺"), count=3), BarPart(colour="orange", word=_("环节超时"), count=4),
        ],
        "kv": [(_("收件"), _("样例社区综合窗口")), (_("手机"), mask_phone("13900000000"))],
        "facts": [
            (_("多久办好"), _("10 个工作日"), _("法定 20 个工作日")), (_("要跑几趟"), _("1 趟"), _("任何一个社区窗口")),
            (_("收费"), _("不收费")), (_("发放"), _("按月到账"), _("从满 80 岁次月起")),
        ],
        "receipt": Receipt(
            title=_("收件凭证"), code="7K4 29M", code_label=_("取件码"), sample=True,
            rows=(
                (_("事项"), _("高龄津贴")), (_("收下材料"), _("3 样，欠 1 样")),
                (_("最迟答复"), _("10月19日（周一）")),
            ),
        ),
    }  # fmt: skip


def living_context(request: HttpRequest) -> dict[str, Any]:
    """Everything that `look/living.html` draws."""
    wanted = request.GET.get("as", "standard")
    shown_as = wanted if wanted in VERSIONS else "standard"
    form = SampleForm({"card": "6217 9000 1234 5678 90"})
    icons = re.findall(r'id="i-([a-z-]+)"', ICONS.read_text(encoding="utf-8"))
    page = Paginator(range(86), 14).get_page(request.GET.get("page") or 2)
    return {
        **_times(), **_people_and_papers(), **_numbers(), "shown_as": shown_as, "form": form, "icons": icons,
        "greens": GREENS, "inks": INKS, "page": page, "day": BEGIN,
    }  # fmt: skip
