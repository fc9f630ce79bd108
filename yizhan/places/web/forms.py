"""What people write about an outlet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Actor, geo
from yizhan.look.api import AccessibleForm
from yizhan.people import api as people
from yizhan.places import api
from yizhan.places.queries.categories import categories, leaves, title_of
from yizhan.places.queries.lists import OutletDetail
from yizhan.places.queries.words import COLUMNS, WHEELCHAIR
from yizhan.places.rules.columns import HEADINGS, NEEDED
from yizhan.places.rules.plain_hours import from_plain_words
from yizhan.streets import api as streets
from yizhan.territory import api as territory

Choices = list[tuple[str, Any]]
_MOST_COMMUNITIES = 60


def category_choices() -> Choices:
    """Leaves under their branches."""
    branches = [one for one in categories() if not one.is_leaf]
    return [
        ("", _("请选")),
        *(
            (
                title_of(branch.code),
                [(leaf.code, title_of(leaf.code)) for leaf in leaves() if leaf.parent == branch.code],
            )
            for branch in branches
        ),
    ]


def datum_choices() -> Choices:
    return [
        ("", _("请选")),
        (geo.Datum.WGS84.value, _("WGS84（手机定位、本页地图、国家 2000）")),
        (geo.Datum.GCJ02.value, _("GCJ-02（高德、腾讯地图）")),
        (geo.Datum.BD09.value, _("BD-09（百度地图）")),
    ]


def site_choices() -> Choices:
    found = [(one.name, one.title) for one in streets.sites()]
    return found if len(found) == 1 else [("", _("请选")), *found]


def community_choices(actor: Actor) -> Choices:
    """The communities where this worker works."""
    found = [
        one
        for prefix in actor.territories(people.Role.DESK_CLERK)
        for one in territory.communities(under=prefix)
        if one.code.startswith(prefix)
    ]
    chosen = [(one.code, one.short_name) for one in found[:_MOST_COMMUNITIES]]
    return chosen if len(chosen) == 1 else [("", _("不清楚")), *chosen]


class PointMixin(forms.Form):
    """Where it is: two numbers and what they are measured in."""

    lon = forms.FloatField(
        label=_("经度"),
        min_value=-180,
        max_value=180,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"invalid": _("“经度”请写成 108.3665 这样的数")},
    )
    lat = forms.FloatField(
        label=_("纬度"),
        min_value=-90,
        max_value=90,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={
            "invalid": _("“纬度”请写成 22.8170 这样的数"),
            "max_value": _("“纬度”最大是 90，经度和纬度是不是写反了"),
        },
    )
    datum = forms.ChoiceField(label=_("坐标系"), help_text=_("在南宁，选错坐标系会偏五百米"))
    entrance_lon = forms.FloatField(label=_("门口经度"), required=False, widget=forms.TextInput)
    entrance_lat = forms.FloatField(
        label=_("门口纬度"), required=False, widget=forms.TextInput, help_text=_("门不在网点的位置上时才填")
    )

    def point(self) -> geo.Point:
        said = self.cleaned_data
        return geo.Point(said["lon"], said["lat"], geo.read_datum(said["datum"]))

    def entrance(self) -> geo.Point | None:
        lon, lat = self.cleaned_data.get("entrance_lon"), self.cleaned_data.get("entrance_lat")
        if lon is None or lat is None:
            return None
        return geo.Point(lon, lat, geo.read_datum(self.cleaned_data["datum"]))

    def clean(self) -> dict[str, Any]:
        said = dict(super().clean() or {})
        if (said.get("entrance_lon") is None) != (said.get("entrance_lat") is None):
            self.add_error("entrance_lon", _("门口要写经度和纬度两个数，或者都不写"))
        return said


class OutletForm(PointMixin, AccessibleForm):
    name = forms.CharField(label=_("名称"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    category = forms.ChoiceField(label=_("网点类别"))
    hours = forms.CharField(
        label=_("营业时间"),
        required=False,
        max_length=500,
        help_text=_("照招牌写就行，例如：周一至周五 8:00-12:00、14:30-18:00；节假日休息。不清楚就空着"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    keeps_office_hours = forms.BooleanField(
        label=_("按机关作息"), required=False, help_text=_("节假日休息，调休上班日照常开")
    )
    phone = forms.CharField(
        label=_("电话"), required=False, max_length=30, widget=forms.TextInput(attrs={"type": "tel"})
    )
    address = forms.CharField(label=_("地址"), required=False, max_length=200)
    chain = forms.CharField(label=_("连锁品牌"), required=False, max_length=60)
    wheelchair = forms.ChoiceField(label=_("轮椅进出"), required=False, choices=list(WHEELCHAIR.items()))
    community = forms.ChoiceField(label=_("社区"), required=False)
    not_same_as = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
    is_another = forms.BooleanField(required=False, label=_("我到现场看过，是另一家"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "category": category_choices(),
            "datum": datum_choices(),
            "community": community_choices(actor),
        }
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]

    def row(self) -> api.OutletRow:
        said = self.cleaned_data
        return api.row_at(self.point(), entrance=self.entrance(), **self.described(), community=said["community"])

    def described(self) -> dict[str, Any]:
        said = self.cleaned_data
        words = ("name", "category", "keeps_office_hours", "phone", "address", "chain", "wheelchair")
        return {**{name: said[name] for name in words}, "hours": from_plain_words(said["hours"])}

    def another(self) -> list[UUID]:
        """Those that the person has looked at and says it is not."""
        if not self.cleaned_data.get("is_another"):
            return []
        found = []
        for text in self.cleaned_data.get("not_same_as", "").split(",")[:10]:
            try:
                found.append(UUID(text))
            except ValueError:
                continue
        return found

    def ask_about(self, known: Iterable[UUID]) -> None:
        """The next time the person says whether it is one of these."""
        self.data = {**self.data.dict(), "not_same_as": ",".join(map(str, known))}  # type: ignore[attr-defined]

    @classmethod
    def initial_of(cls, detail: OutletDetail) -> dict[str, Any]:
        view = detail.view
        return {
            "name": view.name,
            "category": view.category,
            "lon": round(view.lon, 6),
            "lat": round(view.lat, 6),
            "datum": geo.Datum.WGS84.value,
            "entrance_lon": round(view.entrance_lon, 6) if detail.has_entrance else None,
            "entrance_lat": round(view.entrance_lat, 6) if detail.has_entrance else None,
            "hours": view.hours,
            "keeps_office_hours": view.keeps_office_hours,
            "phone": detail.phone,
            "address": detail.address,
            "chain": view.chain,
            "wheelchair": detail.wheelchair,
        }


class VerifyForm(AccessibleForm):
    is_standing = forms.ChoiceField(
        label=_("您看到的"),
        choices=[("yes", _("在，开着或到点会开")), ("no", _("关了，不会再开"))],
        widget=forms.RadioSelect,
    )
    photo = forms.FileField(
        label=_("照一张门头"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png", "capture": "environment"}),
        help_text=_("照片里不要有人脸"),
    )
    claim = forms.ChoiceField(
        label=_("商户的认领"),
        required=False,
        choices=[("", _("这次没问")), ("yes", _("属实，是这一家")), ("no", _("不属实"))],
        widget=forms.RadioSelect,
    )
    community = forms.ChoiceField(label=_("算哪个社区的"), required=False)
    note = forms.CharField(label=_("备注"), required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, actor: Actor, detail: OutletDetail, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if detail.claimant_id is None:
            del self.fields["claim"]
        if detail.view.community:
            del self.fields["community"]
        else:
            self.fields["community"].choices = community_choices(actor)  # type: ignore[attr-defined]


class UploadForm(AccessibleForm):
    site = forms.ChoiceField(label=_("站点"))
    file = forms.FileField(
        label=_("表格"),
        help_text=_("CSV 或 .xlsx，第一行是列名，最多 5 万行"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = site_choices()  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Named:
    columns: dict[str, int]
    datum: geo.Datum
    seen_on: date | None
    community: str


class ColumnsForm(AccessibleForm):
    """One choice for each thing that a column can say."""

    datum = forms.ChoiceField(label=_("坐标系"), help_text=_("问清楚这张表的坐标是从哪里来的；选错会偏五百米"))
    seen_on = forms.DateField(
        label=_("数据是哪一天的"),
        required=False,
        help_text=_("不填按今天算"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    default_community = forms.ChoiceField(label=_("没写社区的算"), required=False)

    def __init__(self, *args: Any, headings: Iterable[str], actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["datum"].choices = datum_choices()  # type: ignore[attr-defined]
        self.fields["default_community"].choices = community_choices(actor)  # type: ignore[attr-defined]
        columns: Choices = [("", _("表里没有"))]
        columns += [(str(at), heading or str(at + 1)) for at, heading in enumerate(headings)]
        for field in HEADINGS:
            label = str(COLUMNS[field])
            self.fields[field] = forms.ChoiceField(
                label=label,
                choices=columns,
                required=field in NEEDED,
                error_messages={"required": _("请选“{label}”是哪一列").format(label=label)},
            )

    @property
    def needed(self) -> list[forms.BoundField]:
        return [self[field] for field in HEADINGS if field in NEEDED]

    @property
    def others(self) -> list[forms.BoundField]:
        return [self[field] for field in HEADINGS if field not in NEEDED]

    def named(self) -> Named:
        said = self.cleaned_data
        return Named(
            columns={field: int(said[field]) for field in HEADINGS if said.get(field)},
            datum=geo.read_datum(said["datum"]),
            seen_on=said["seen_on"],
            community=said["default_community"],
        )
