"""The form of a notice: what stands in the State Council's paper, period by period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yizhan.look.api import AccessibleForm
from yizhan.shell.rules import NotADay, days_in
from yizhan.territory import api as territory

NATIONAL, GUANGXI, NANNING = territory.REGIONS
REGION_WORDS = {
    NATIONAL: _("国务院办公厅（全国）"),
    GUANGXI: _("广西壮族自治区（三月三等）"),
    NANNING: _("南宁市"),
}
USUAL = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节", "", "")
FIRST_YEAR, LAST_YEAR = 2018, 2098
_DAY = {"type": "date"}
LONGEST_LIST = 800


class NoticeForm(AccessibleForm):
    region = forms.ChoiceField(label=_("谁的安排"), choices=list(REGION_WORDS.items()), widget=forms.RadioSelect)
    year = forms.IntegerField(label=_("哪一年"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    title = forms.CharField(label=_("文件名称"), max_length=120)
    source = forms.CharField(label=_("文号或网址"), max_length=200, help_text=_("以后别人凭它核对。"))
    make_up = forms.CharField(
        label=_("调休上班的日子"),
        required=False,
        max_length=LONGEST_LIST,
        help_text=_("一行一天，照文件写 2月14日，或写 2027-02-14。没有就不填。"),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, initial={"region": NATIONAL, "year": year}, **kwargs)
        for number, name in enumerate(USUAL):
            self.fields[f"name_{number}"] = forms.CharField(
                label=pgettext_lazy("放假", "什么节"), max_length=20, required=False, initial=name
            )
            for part, label in (("first", _("第一天")), ("last", _("最后一天"))):
                field = forms.DateField(label=label, required=False, widget=forms.DateInput(attrs=_DAY))
                self.fields[f"{part}_{number}"] = field
                self._speak_plainly(field, str(label))

    def rows(self) -> Iterator[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        for number in range(len(USUAL)):
            yield self[f"name_{number}"], self[f"first_{number}"], self[f"last_{number}"]

    def clean_make_up(self) -> list[date]:
        try:
            return days_in(self.cleaned_data["make_up"], self.cleaned_data.get("year"))
        except NotADay as fault:
            text = str(fault)[:20]
            raise forms.ValidationError(_("“{text}”不是一天，请写成 2月14日 这样。").format(text=text)) from None

    def clean(self) -> dict[str, Any]:
        kept = super().clean() or {}
        for number in range(len(USUAL)):
            name, first, last = (kept.get(f"{part}_{number}") for part in ("name", "first", "last"))
            if bool(first) != bool(last) and not {f"first_{number}", f"last_{number}"} & self.errors.keys():
                self.add_error(
                    f"last_{number}" if first else f"first_{number}", _("第一天和最后一天都要写，放一天就写同一天。")
                )
            if (first or last) and not name:
                self.add_error(f"name_{number}", _("请写是什么节。"))
        return kept

    def draft(self) -> territory.NoticeDraft:
        kept = self.cleaned_data
        periods = [
            territory.Period(name=kept[f"name_{number}"], first=kept[f"first_{number}"], last=kept[f"last_{number}"])
            for number in range(len(USUAL))
            if kept[f"first_{number}"]
        ]
        return territory.NoticeDraft(
            region=kept["region"],
            year=kept["year"],
            title=kept["title"],
            source=kept["source"],
            periods=periods,
            make_up=kept["make_up"],
        )

    def carried(self) -> Iterator[tuple[str, str]]:
        """What was typed, to be sent once more with the confirmation."""
        for name in self.fields:
            yield name, self.data.get(name, "")
