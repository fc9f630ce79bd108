"""Each component is drawn, and takes any text: <b> is shown as text, · and 𠮷 stay."""

from datetime import UTC, date, datetime

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from yizhan.look.api import (
    Action,
    BarPart,
    DayCell,
    LightView,
    Paper,
    PersonView,
    PlaceView,
    Receipt,
    Stop,
    Strip,
)
from yizhan.look.rules.drawing import bar_of, spark_of
from yizhan.look.web.living import BEGIN, PATTERN, SampleForm, sample_strip

ODD = "<b>古丽·𠮷</b>"
SHOWN = "&lt;b&gt;古丽·𠮷&lt;/b&gt;"
WAY = Action(label=ODD, url="/x/?a=1&b=2", icon="eye", key="F6")
STRIP = sample_strip(PATTERN, BEGIN, date(2026, 9, 29), ODD, ODD)
STOPS = [Stop(title=ODD, when=ODD, note=ODD, state=state, links=(WAY,)) for state in ("done", "now", "next", "wait")]
PAPERS = [
    Paper(title=ODD, state=state, note=ODD, word=ODD) for state in ("fetched", "checked", "missing", "later", "open")
]
COMPONENTS = [
    ("{% light x %}", LightView(colour="red", word=ODD)),
    ("{% light 'none' x bare=True %}", ODD),
    ("{% days x %}", STRIP),
    ("{% strip x 'fine' %}", STRIP),
    ("{% rail x label=y %}", STOPS),
    ("{% steps x %}", STOPS),
    ("{% papers x %}", PAPERS),
    ("{% person x %}", PersonView(name=ODD, note=ODD, facts=((ODD, ODD), (ODD, "139****0000")), links=(WAY,))),
    ("{% place x %}", PlaceView(name=ODD, minutes=7, open_word=ODD, note=ODD, url="/x/")),
    ("{% place x %}", PlaceView(name=ODD, is_open=False)),
    ("{% stat x 3 note=x url='/x/' %}", ODD),
    ("{% bar x label=y %}", [BarPart(colour="red", word=ODD, count=2)]),
    ("{% kv x %}", [(ODD, ODD)]),
    ("{% facts x %}", [(ODD, ODD, ODD), (ODD, ODD)]),
    ("{% tag x 'ok' icon_name='link' %}", ODD),
    ("{% mask x %}", ODD),
    ("{% kbd x %}", ODD),
    ("{% empty x x '/x/' x %}", ODD),
    ("{% you title=x eyebrow=x %}{{ x }}{% endyou %}", ODD),
    ("{% note kind='wait' %}{{ x }}{% endnote %}", ODD),
    (
        "{% receipt x %}",
        Receipt(title=ODD, code=ODD, code_label=ODD, rows=((ODD, ODD),), qr_path="M0 0h1v1z", note=ODD),
    ),
    ("{% action x %}", WAY),
    ("{% action x small=True %}", Action(label=ODD, url="/x/", post=True, style="outline")),
    ("{% topbar x back='/x/' speak=True saved=x %}", ODD),
]


def render(source, **context):
    request = RequestFactory().get("/a/?page=3&light=red")
    return Template("{% load yz %}" + source).render(Context({"request": request, "csrf_token": "t", **context}))


class TestEveryComponent:
    @pytest.mark.parametrize(("source", "value"), COMPONENTS, ids=[source for source, _ in COMPONENTS])
    def test_text_is_shown_and_never_becomes_markup(self, source, value):
        shown = render(source, x=value, y=ODD)
        assert SHOWN in shown
        assert "<b>古丽" not in shown

    @pytest.mark.parametrize(("source", "value"), COMPONENTS, ids=[source for source, _ in COMPONENTS])
    def test_there_is_no_inline_style_or_script(self, source, value):
        shown = render(source, x=value, y=ODD)
        assert not any(forbidden in shown for forbidden in (" style=", "<script", "onclick", "hx-on", "javascript:"))


class TestDays:
    def test_a_day_says_why_it_counts_or_not(self):
        shown = render("{% days x %}", x=STRIP)
        assert 'yz-days--from-5"' in shown
        assert shown.count("<li ") == len(STRIP.cells) + 1
        assert 'data-makeup="班"' in shown
        assert 'aria-current="date"' in shown
        assert "法定节假日，不计" in shown

    def test_the_month_is_written_where_it_begins(self):
        shown = render("{% days x %}", x=STRIP)
        assert "9/18" in shown
        assert "10/1<" in shown

    def test_a_long_word_gets_smaller(self):
        cell = DayCell(date=date(2026, 5, 1), kind="holiday", word="Labour Day")
        shown = render("{% days x %}", x=Strip(cells=(cell,), first_weekday=5, summary=""))
        assert "is-long" in shown

    def test_the_note_stands_beside_the_last_day_or_below(self):
        monday = tuple(DayCell(date=date(2026, 9, 21 + n), kind="left", number=n + 1) for n in range(7))
        full = Strip(cells=monday, first_weekday=1, summary="", note="数满 7 天")
        assert '<p class="yz-fine' in render("{% days x %}", x=full)
        part = Strip(cells=monday[:3], first_weekday=1, summary="", note="数满 3 天")
        assert "yz-span-4" in render("{% days x %}", x=part)

    def test_the_small_strip_is_a_picture_with_one_sentence(self):
        shown = render("{% strip x %}", x=STRIP)
        assert 'role="img"' in shown
        assert shown.count("<i ") == len(STRIP.cells) - 1
        assert STRIP.letters[:3] == ("w", "c", "c")

    def test_the_legend_explains_only_what_is_there(self):
        late = sample_strip("s c o", BEGIN, BEGIN, "")
        shown = render("{% legend x %}", x=late)
        assert "超期" in shown
        assert "停算" not in shown


class TestNumbers:
    def test_a_bar_has_one_cell_a_case_and_the_worst_first(self):
        parts = [BarPart(colour="yellow", word="", count=2), BarPart(colour="black", word="", count=1)]
        bar = bar_of(parts)
        assert [cell.colour for cell in bar.cells] == ["black", "yellow", "yellow"]
        assert [cell.x for cell in bar.cells] == [0, 13, 22]

    def test_a_bar_of_nothing_says_so(self):
        assert "没有" in render("{% bar x %}", x=[BarPart(colour="red", word="超承诺", count=0)])

    def test_a_line_needs_two_values(self):
        assert spark_of([1]) is None
        assert spark_of([5, 5]).line == "M4.0 36.0 L156.0 36.0"
        assert spark_of([0, 10], goal=5).goal == "M0 20.0H160"


class TestWords:
    def test_days_carry_their_weekday(self):
        moment = datetime(2026, 10, 11, 16, 30, tzinfo=UTC)
        assert render("{{ x|day_week }}", x=moment).endswith("10月12日（周一）")
        assert render("{{ x|moment }}", x=moment).endswith("10月12日 0:30")
        assert '<time datetime="2026-10-12T00:30">' in render("{% time x %}", x=moment)
        assert render("{% time x %}", x=None) == ""

    def test_another_year_is_written(self):
        assert render("{{ x|day }}", x=date(2001, 10, 12)) == "2001年10月12日"

    def test_hidden_digits_are_spoken(self):
        assert "（隐去8位）" in render("{% mask x %}", x="450103********0013")


class TestForms:
    def test_errors_lead_to_their_fields(self):
        shown = render("{% errors x %}", x=SampleForm({"card": "1"}))
        assert "有 4 处要改" in shown
        assert 'href="#id_card"' in shown
        assert 'href="#id_relation_0"' in shown

    def test_an_unsent_form_has_no_errors(self):
        assert render("{% errors x %}", x=SampleForm()).strip() == ""
        assert render("{% errors x %}", x=None).strip() == ""

    def test_a_field_is_wired_to_its_help_and_error(self):
        shown = render("{% field x data_key='F6' %}", x=SampleForm({"card": ODD})["card"])
        assert 'aria-describedby="id_card_error id_card_help"' in shown
        assert 'id="id_card_error"' in shown
        assert 'aria-invalid="true"' in shown
        assert 'data-key="F6"' in shown
        assert f'value="{SHOWN}"' in shown

    def test_choices_are_cards_with_notes(self):
        form = SampleForm({"relation": "child"})
        form.fields["relation"].choice_notes = {"child": ODD}
        shown = render("{% field x %}", x=form["relation"])
        assert 'role="radiogroup"' in shown
        assert SHOWN in shown
        assert shown.count("checked") == 1

    def test_optional_fields_say_so(self):
        assert "（可不填）" in render("{% field x %}", x=SampleForm()["remark"])


class TestPager:
    def test_pages_keep_the_other_words_of_the_query(self):
        page = Paginator(range(86), 14).get_page(2)
        shown = render("{% pager x %}", x=page)
        assert "第 15—28 件，共 86 件" in shown
        assert '?light=red&amp;page=3"' in shown

    def test_an_empty_list_counts_nothing(self):
        assert "共 0 件" in render("{% pager x %}", x=Paginator([], 14).get_page(1))

    def test_one_word_of_the_query_changes(self):
        assert render("{% query_with 'sort' 'due' %}") == "?light=red&amp;sort=due"
