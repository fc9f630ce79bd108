"""Saying where one is, without a map."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import geo
from yizhan.look.api import AccessibleForm


class PointForm(AccessibleForm):
    lon = forms.FloatField(label=_("经度"), min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("纬度"), min_value=-90, max_value=90)
    datum = forms.ChoiceField(
        label=_("坐标系"),
        choices=[
            (geo.Datum.WGS84.value, _("WGS84（GPS、本页地图）")),
            (geo.Datum.GCJ02.value, _("GCJ-02（高德、腾讯地图）")),
            (geo.Datum.BD09.value, _("BD-09（百度地图）")),
        ],
    )

    def point(self) -> geo.Point:
        said = self.cleaned_data
        return geo.Point(said["lon"], said["lat"], geo.Datum(said["datum"]))
