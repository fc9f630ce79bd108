import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms.renderers import DjangoTemplates, TemplatesSetting

from yizhan.look.api import AccessibleForm


class SampleForm(AccessibleForm):
    name = forms.CharField(label="姓名", max_length=5)
    born_on = forms.DateField(label="出生日期", required=False)
    how = forms.ChoiceField(label="怎么送", choices=[("pick_up", "来取")], required=False)
    paper = forms.FileField(label="照片", required=False)
    own = forms.CharField(label="备注", error_messages={"required": "写一句就行"})


def errors_of(data, files=None):
    return {name: found[0] for name, found in SampleForm(data, files).errors.items()}


class TestMessages:
    def test_they_name_the_field_and_the_remedy(self):
        errors = errors_of({"born_on": "2026-02-30", "how": "fly"})
        assert errors["name"] == "请填“姓名”"
        assert errors["born_on"] == "“出生日期”没有这一天，请写成 2026-09-29 这样"
        assert errors["how"] == "“怎么送”里没有这一项，请重新选"

    def test_a_message_of_the_field_itself_wins(self):
        assert errors_of({})["own"] == "写一句就行"

    @pytest.mark.parametrize("name", ["   ", "\u3000", "\t\n"])
    def test_only_spaces_are_nothing(self, name):
        assert errors_of({"name": name})["name"] == "请填“姓名”"

    def test_nul_is_refused(self):
        assert errors_of({"name": "a\x00b"})["name"] == "这里有看不见的字符，请删掉重写"

    def test_too_long_says_how_long(self):
        assert errors_of({"name": "一二三四五六"})["name"] == "最多写 5 个字，现在是 6 个"

    def test_an_empty_file_is_named(self):
        assert "照片" in errors_of({}, {"paper": SimpleUploadedFile("a.jpg", b"")})["paper"]

    def test_odd_names_are_taken(self):
        form = SampleForm({"name": "<b>·𠮷", "own": "x"})
        assert form.is_valid()
        assert form.cleaned_data["name"] == "<b>·𠮷"

    def test_the_browser_keeps_its_own_bubbles_away(self):
        assert " required" not in str(SampleForm()["name"])


class TestLists:
    """Our own template of a list of options writes what Django's does."""

    FIELDS = (
        forms.ChoiceField(choices=[("", "请选"), ("<a>", '"一" & 二'), ("b", "三")], initial="b"),
        forms.ChoiceField(choices=[("组", [("1", "一"), ("2", "二")]), ("3", "三")], initial="2"),
        forms.MultipleChoiceField(choices=[(1, "一"), (2, "二")], initial=[1, 2]),
        forms.ChoiceField(
            choices=[("a", "一")], disabled=True, widget=forms.Select(attrs={"data-x": '"', "hidden": True})
        ),
    )

    @pytest.mark.parametrize("field", FIELDS)
    def test_it_reads_as_django_writes_it(self, field):
        context = field.widget.get_context("one", field.initial, {"class": "form-select"})
        theirs = DjangoTemplates().render("django/forms/widgets/select.html", context)
        ours = TemplatesSetting().render("django/forms/widgets/select.html", context)
        assert "<option" in ours
        assert _pieces(ours) == _pieces(theirs)


def _pieces(html):
    return [line.strip() for line in html.splitlines() if line.strip()]
