"""What a clerk types at the desk: who stands there, the answers, the materials, the reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yizhan.catalogue import api as catalogue
from yizhan.look.api import AccessibleForm
from yizhan.matters import api as matters
from yizhan.matters.web import desk_places
from yizhan.people import api as people

NUMBER = {"autocomplete": "off", "inputmode": "text", "spellcheck": "false", "class": "yz-num"}
KNOWN = "known"
NOT_SEEN = _("没有核对身份证原件，不能往下办。请核对后打勾。")


NOT_YET_AUTHORISED = _("还没有登记代办关系。请选代办人是申请人的什么人，看过委托书在旁边打勾，再往下办。")


class CardForm(AccessibleForm):
    """One identity card in the clerk's hand."""

    id_number = forms.CharField(label=_("身份证号码"), max_length=40, widget=forms.TextInput(attrs=NUMBER))
    is_original_seen = forms.BooleanField(label=_("身份证原件已核"), error_messages={"required": NOT_SEEN})
    is_face_compared = forms.BooleanField(label=_("本人到场，人脸与照片一致"), required=False)

    def card(self) -> matters.SeenCard:
        return matters.SeenCard(
            id_number=self.cleaned_data["id_number"],
            is_original_seen=self.cleaned_data["is_original_seen"],
            is_face_compared=self.cleaned_data["is_face_compared"],
        )


class VisitorForm(CardForm):
    """Who is here: the person, or somebody for the person."""

    who = forms.ChoiceField(
        label=_("谁来办"),
        choices=[("self", _("本人")), ("agent", pgettext_lazy("窗口", "家人代办"))],
        widget=forms.RadioSelect,
        initial="self",
    )
    agent_number = forms.CharField(label=_("代办人身份证号码"), max_length=40, widget=forms.TextInput(attrs=NUMBER))
    is_agent_card_seen = forms.BooleanField(
        label=_("代办人身份证原件已核，人脸一致"),
        error_messages={"required": _("没有核对代办人的身份证原件，不能往下办。请核对后打勾。")},
    )
    relation = forms.ChoiceField(
        label=_("代办人是申请人的"), choices=[(KNOWN, _("已登记过代办关系")), *people.RELATIONS.items()], initial=KNOWN
    )
    is_letter_seen = forms.BooleanField(label=_("委托书已核"), required=False)

    field_order = ("id_number", "is_original_seen", "who", "is_face_compared")

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("who") != "agent":
            for name in ("agent_number", "is_agent_card_seen", "relation"):
                self.errors.pop(name, None)
            return
        is_new = given.get("relation", KNOWN) != KNOWN
        if is_new and not given.get("is_letter_seen"):
            self.add_error("is_letter_seen", _("登记代办关系要看委托书。请核对后打勾。"))
        if given.get("is_letter_seen") and not is_new and "relation" not in self.errors:
            self.add_error("relation", _("看了委托书，请选代办人是申请人的什么人"))

    def card(self) -> matters.SeenCard:
        is_there = self.cleaned_data["who"] == "self"
        return matters.SeenCard(
            id_number=self.cleaned_data["id_number"],
            is_original_seen=self.cleaned_data["is_original_seen"],
            is_face_compared=is_there and self.cleaned_data["is_face_compared"],
        )

    def agent(self) -> matters.AgentSeen | None:
        given = self.cleaned_data
        if given["who"] != "agent":
            return None
        card = matters.SeenCard(id_number=given["agent_number"], is_original_seen=True, is_face_compared=True)
        kind = people.RelationKind.OTHER if given["relation"] == KNOWN else people.RelationKind(given["relation"])
        return matters.AgentSeen(card=card, kind=kind, is_letter_seen=given["is_letter_seen"])

    def refuse(self, refusal: Any) -> None:
        """Put what a service says beside the field that mends it."""
        text = NOT_YET_AUTHORISED if isinstance(refusal, people.AgentNotAuthorised) else refusal.text
        self.add_error(_field_of(refusal), text)


def _field_of(refusal: Any) -> str | None:
    """Agents first: what is said of an agent is also a refusal of the general kind."""
    fields: tuple[tuple[type[Exception], str], ...] = (
        (matters.AgentNumberRefused, "agent_number"),
        (matters.AgentNotRegistered, "agent_number"),
        (people.AgentNotAuthorised, "relation"),
        (people.AgentLevelTooLow, "relation"),
        (people.RelationRefused, "agent_number"),
        (people.IdentityNumberRefused, "id_number"),
        (people.ResidentNotFound, "id_number"),
        (matters.NotTheApplicant, "id_number"),
    )
    return next((name for kind, name in fields if isinstance(refusal, kind)), None)


class RegistrationForm(AccessibleForm):
    """A person whom the city does not know yet; the number comes from the card that was just read."""

    name = forms.CharField(label=_("姓名"), max_length=120, help_text=_("照身份证写，中间有“·”也照写。"))
    phone = forms.CharField(
        label=_("手机"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "class": "yz-num"}),
    )
    district = forms.ChoiceField(
        label=_("住在哪个城区"), widget=forms.Select(attrs={"hx-vals": '{"act": "refresh"}', "hx-select": "#visitor"})
    )
    community = forms.ChoiceField(label=_("住在哪个社区"))

    def __init__(self, *args: Any, desk: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["name", "phone", "district", "community"])
        self.initial.setdefault("district", desk[:6])
        self.initial.setdefault("community", desk)
        districts = desk_places.districts()
        chosen = str(self["district"].value() or districts[0][0])
        self.fields["district"].choices = districts  # type: ignore[attr-defined]
        self.fields["community"].choices = desk_places.communities(chosen, first=desk)  # type: ignore[attr-defined]

    def particulars(self, id_number: str) -> people.Particulars:
        given = self.cleaned_data
        return people.Particulars(
            name=given["name"], id_number=id_number, phone=given["phone"], home_community=given["community"]
        )

    def refuse(self, refusal: Any) -> None:
        fields: tuple[tuple[type[Exception], str], ...] = (
            (people.NameRefused, "name"),
            (people.PhoneRefused, "phone"),
            (people.PlaceRefused, "community"),
        )
        self.add_error(next((name for kind, name in fields if isinstance(refusal, kind)), None), refusal.text)


class NameForm(AccessibleForm):
    """A name looked for among the desk's own residents."""

    name = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class PickUpForm(CardForm):
    """Who has come for a decision: the code, and the card of whoever stands there."""

    code = forms.CharField(
        label=_("取件码"),
        max_length=30,
        help_text=_("短信里 8 位，字母不分大小写。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "yz-num"}),
    )
    field_order = ("code",)

    def refuse(self, refusal: Any) -> None:
        fields: tuple[tuple[type[Exception], str], ...] = (
            (matters.PickupCodeUnknown, "code"),
            (people.IdentityNumberRefused, "id_number"),
            (people.ResidentNotFound, "id_number"),
            (matters.NotTheRecipient, "id_number"),
        )
        self.add_error(next((name for kind, name in fields if isinstance(refusal, kind)), None), refusal.text)


class PapersForm(AccessibleForm):
    """Papers that were asked for after acceptance, in the clerk's hand."""

    materials = forms.MultipleChoiceField(label=_("当面收到、原件已核的"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, papers: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["materials"].choices = list(papers)  # type: ignore[attr-defined]


class WithdrawalForm(AccessibleForm):
    """The applicant gives the matter up, in writing."""

    is_request_seen = forms.BooleanField(
        label=_("撤回申请已收，有申请人签名或按手印"),
        error_messages={"required": matters.RequestNotSeen.message},
    )


# ── the item's own form ──


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A section of the item's form, ready to be drawn."""

    title: str
    fields: tuple[forms.BoundField, ...]


class AnswersForm(AccessibleForm):
    """The form of an item version as it applies now. The catalogue says what is good; here it is only drawn."""

    def __init__(self, sections: Iterable[catalogue.Section], data: Mapping[str, Any] | None) -> None:
        super().__init__(data, prefix="a")
        self._sections = [(str(section.title), [one.id for one in section.fields]) for section in sections]
        for section in sections:
            for one in section.fields:
                self.fields[one.id] = _field_for(one)
        self.is_valid()
        for section in sections:
            for one in section.fields:
                self.fields[one.id].required = one.required

    @property
    def asked(self) -> list[Asked]:
        return [Asked(title=title, fields=tuple(self[name] for name in names)) for title, names in self._sections]

    def refuse(self, errors: Iterable[catalogue.FieldErrorView]) -> None:
        for error in errors:
            self.add_error(error.field if error.field in self.fields else None, error.message)


def _field_for(one: catalogue.FormField) -> forms.Field:
    label, hint = str(one.label), str(one.hint)
    kind = catalogue.FieldKind
    if one.kind is kind.CHOICE:
        choices = [("", _("请选")), *((choice.value, str(choice.label)) for choice in one.choices)]
        return _Loose(label=label, help_text=hint, required=False, widget=forms.Select(choices=choices))
    if one.kind is kind.BOOLEAN:
        choices = [("", _("请选")), ("true", _("是")), ("false", _("否"))]
        return _Loose(label=label, help_text=hint, required=False, widget=forms.Select(choices=choices))
    modes = {kind.DIGITS: "numeric", kind.INTEGER: "numeric", kind.PHONE: "tel"}
    attrs = {"autocomplete": "off", "maxlength": "2000"}
    if one.kind in modes:
        attrs |= {"inputmode": modes[one.kind], "class": "yz-num"}
    widget = forms.DateInput(attrs={"type": "date"}) if one.kind is kind.DATE else forms.TextInput(attrs=attrs)
    return _Loose(label=label, help_text=hint, required=False, widget=widget)


class _Loose(forms.CharField):
    """Takes what was typed as it is: what is wrong with it is the catalogue's to say."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, **options)
        self.validators = []

    def clean(self, value: Any) -> Any:
        return "" if value is None else str(value)


def answers_in(data: Mapping[str, Any], sections: Iterable[catalogue.Section]) -> dict[str, object]:
    """The posted answers of those fields that are asked."""
    return {one.id: data.get(f"a-{one.id}", "") for section in sections for one in section.fields}


# ── materials ──

STATUSES: tuple[tuple[str, str | Promise], ...] = (
    ("seen", _("原件已核")),
    ("uploaded", _("上传照片")),
    ("missing", _("缺")),
)


@dataclass(frozen=True, kw_only=True)
class PaperLine:
    """One material of the list and how it stands on the page."""

    id: str
    name: str
    hint: str
    status: str
    error: str = ""
    is_fixed: bool = False
    file_url: str = ""
    more_urls: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        return str(dict(STATUSES).get(self.status, ""))

    @property
    def mark(self) -> str:
        return {"seen": "checked", "uploaded": "checked", "missing": "missing"}.get(self.status, "open")


def uploads(request: HttpRequest) -> dict[str, UploadedFile[Any]]:
    """The files of a post by the names of their fields."""
    return {name: one for name, one in request.FILES.items() if isinstance(one, UploadedFile)}


@dataclass(frozen=True, kw_only=True)
class Papers:
    """What was ticked and sent for each material."""

    statuses: Mapping[str, str]
    files: Mapping[str, UploadedFile[Any]]

    def status_of(self, material_id: str) -> str:
        """A picture that was chosen counts even where nobody ticked."""
        status = self.statuses.get(material_id, "")
        return "uploaded" if not status and material_id in self.files else status

    def lacks_picture(self, material_id: str) -> bool:
        return self.status_of(material_id) == "uploaded" and material_id not in self.files

    def handed_in(self, material_ids: Iterable[str]) -> list[matters.HandedIn]:
        return [self._one(each) for each in material_ids]

    def _one(self, material_id: str) -> matters.HandedIn:
        status = self.status_of(material_id) or "missing"
        upload = self.files.get(material_id) if status != "missing" else None
        if upload is None:
            return matters.HandedIn(material_id=material_id, status="missing" if status == "uploaded" else status)
        content = upload.read()
        upload.seek(0)
        return matters.HandedIn(
            material_id=material_id, status=status, content=content, file_name=(upload.name or "")[:120]
        )


def papers_in(data: Mapping[str, Any], files: Mapping[str, UploadedFile[Any]]) -> Papers:
    known = {status for status, _word in STATUSES}
    statuses = {key[2:]: str(data[key]) for key in data if key.startswith("m-") and data[key] in known}
    return Papers(statuses=statuses, files={key[2:]: files[key] for key in files if key.startswith("f-")})
