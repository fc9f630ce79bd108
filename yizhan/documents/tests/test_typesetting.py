from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from yizhan.documents.services import typesetting
from yizhan.documents.services.typesetting import CharactersNotPrintable, TypesettingFailed, qr_svg, render_pdf
from yizhan.documents.testing import printed_facts

AT = datetime(2026, 10, 9, 2, 48, tzinfo=UTC)
TEMPLATE = Path(__file__).with_name("letter.typ")


def text_of(name: str) -> str:
    pdf = render_pdf(template=TEMPLATE, data={"name": name, "document": printed_facts()}, at=AT)
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


@pytest.mark.parametrize(
    "name",
    ["#set text(red)", "*x* _y_ $z$ <b> `q` @a \\u{41}", '"] + panic() #["', "阿依古丽·买买提", "//x /*y*/", "==韦"],
)
def test_a_name_prints_as_it_is_written(name: str):
    assert name.replace(" ", "") in text_of(name).replace(" ", "").replace("\n", "")


@pytest.mark.parametrize(
    ("name", "named"),
    [("韦𠮷英", "𠮷（U+20BB7）"), ("农\x00秀", "（U+0000）"), ("莫\u200b小", "（U+200B）"), ("蓝\ud800", "（U+D800）")],
)
def test_a_character_that_no_font_has_stops_the_page_and_is_named(name: str, named: str):
    with pytest.raises(CharactersNotPrintable) as refused:
        text_of(name)
    assert named in refused.value.text


def test_a_character_is_looked_for_in_nested_data_too():
    data = {"name": "", "rows": [{"a": ("b", "𡈽")}], "document": printed_facts()}
    with pytest.raises(CharactersNotPrintable):
        render_pdf(template=TEMPLATE, data=data, at=AT)


def test_a_character_of_the_rare_plane_prints_where_a_font_has_it():
    assert "𬭎" in text_of("韦𬭎")


def test_a_fixed_word_of_a_template_is_checked_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(typesetting, "ROOT", tmp_path)
    template = tmp_path / "x.typ"
    template.write_text("𠮷", encoding="utf-8")
    with pytest.raises(CharactersNotPrintable):
        render_pdf(template=template, data={}, at=AT)


@pytest.mark.parametrize("source", ['#set text(font: "No Such Font")\nx', "#sys.inputs.nothing", "#panic(1)"])
def test_warnings_and_errors_of_typst_are_faults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str):
    monkeypatch.setattr(typesetting, "ROOT", tmp_path)
    template = tmp_path / "x.typ"
    template.write_text(source, encoding="utf-8")
    with pytest.raises(TypesettingFailed):
        render_pdf(template=template, data={}, at=AT)


def test_data_that_is_not_plain_is_a_fault():
    with pytest.raises(TypeError):
        render_pdf(template=TEMPLATE, data={"name": AT}, at=AT)


def test_the_same_data_give_the_same_bytes():
    data = {"name": "韦桂英", "document": printed_facts()}
    assert render_pdf(template=TEMPLATE, data=data, at=AT) == render_pdf(template=TEMPLATE, data=data, at=AT)


def test_the_qr_code_is_svg_without_a_declaration():
    assert qr_svg("http://127.0.0.1/verify/x/").startswith("<svg")


def test_the_moment_may_come_in_whatever_zone():
    data = {"name": "韦桂英", "document": printed_facts()}
    shanghai = AT.astimezone(ZoneInfo("Asia/Shanghai"))
    assert render_pdf(template=TEMPLATE, data=data, at=shanghai) == render_pdf(template=TEMPLATE, data=data, at=AT)
