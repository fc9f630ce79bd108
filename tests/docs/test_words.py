"""Every word on a page can be translated, and is."""

import fnmatch
import gettext
from pathlib import Path

from tests.architecture.houses import HOUSE, assert_none, build
from tools import words
from yizhan.matters import api as matters


def test_no_chinese_stands_where_no_translation_finds_it() -> None:
    assert_none(words.bare_breaches(HOUSE, words.exemptions()))


def test_the_english_is_complete() -> None:
    assert_none(words.english_breaches(HOUSE))


def test_one_text_has_one_english() -> None:
    assert_none(words.double_breaches(HOUSE))


def test_every_exemption_has_a_reason_and_is_needed() -> None:
    bare = {found.file for found in words.bare_chinese(HOUSE)}
    idle = [e.file for e in words.exemptions() if not e.reason or not fnmatch.filter(bare, e.file)]
    assert_none(idle)


def test_every_state_and_every_step_of_a_case_has_its_word() -> None:
    assert_none(f"queries/words.py: no word for {one!r}" for one in set(matters.State) ^ set(matters.STATE_WORDS))
    assert_none(f"queries/words.py: no word for {one!r}" for one in set(matters.Action) ^ set(matters.ACTION_WORDS))


# ── the tool itself ──

VIEW = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext, gettext_lazy as lazy

A = _("报警")
B = gettext_lazy("第{n}次报警")
C = ngettext("{n} 次报警", "{n} 次报警", 2)
D = pgettext("窗口", "受理")
E = lazy("出警")
"""
PAGE = """{% load i18n %}
<h1>{% translate "值班" %}</h1>
  {% blocktranslate trimmed with name=person.name %}
    {{ name }} 值班，
    电话不公开
  {% endblocktranslate %}
      <p>{% include "x.html" with title=_("接警") %}</p>
  {% blocktranslate count n=total %}{{ n }} 件{% plural %}{{ n }} 件{% endblocktranslate %}
"""


def small_house(folder: Path) -> Path:
    rules = 'def N_(text):\n    return text\n\n\nLIGHT = N_("预警")\n'
    files = {"care/web/views.py": VIEW, "care/web/templates/care/page.html": PAGE, "care/rules.py": rules}
    return build(folder, files)


def test_messages_are_found_in_python_rules_and_templates(tmp_path: Path) -> None:
    found = {m.text for m in words.messages_of(small_house(tmp_path), "care")}
    plain = {"报警", "第{n}次报警", "受理", "值班", "%(name)s 值班， 电话不公开", "接警", "预警", "出警"}
    assert found == plain | {("{n} 次报警", "{n} 次报警"), ("%(n)s 件", "%(n)s 件")}


def test_extracting_twice_changes_nothing_and_keeps_what_was_translated(tmp_path: Path) -> None:
    house = small_house(tmp_path)
    (file,) = words.extract(house)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('msgid "报警"\nmsgstr ""', 'msgid "报警"\nmsgstr "alarm"'), encoding="utf-8")
    assert words.extract(house) == []
    assert words.catalogue_of(house, "care").get("报警").string == "alarm"


def test_what_one_module_translated_another_need_not(tmp_path: Path) -> None:
    house = small_house(tmp_path)
    (file,) = words.extract(house)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('msgid "报警"\nmsgstr ""', 'msgid "报警"\nmsgstr "alarm"'), encoding="utf-8")
    build(house, {"shell/web/views.py": 'X = _("报警")\n'})
    words.extract(house)
    assert words.catalogue_of(house, "shell").get("报警").string == "alarm"


def test_two_english_words_for_one_text_are_found(tmp_path: Path) -> None:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    files = {
        f"{module}/locale/en/LC_MESSAGES/django.po": f'{head}msgid "报警"\nmsgstr "{english}"\n'
        for module, english in (("care", "alarm"), ("shell", "alert"))
    }
    assert len(words.double_breaches(build(tmp_path, files))) == 1


def test_what_is_compiled_is_read_by_gettext(tmp_path: Path) -> None:
    house = small_house(tmp_path)
    (file,) = words.extract(house)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('msgid "报警"\nmsgstr ""', 'msgid "报警"\nmsgstr "alarm"'), encoding="utf-8")
    assert (words.compile_all(house), words.compile_all(house)) == (1, 0)
    with file.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("报警") == "alarm"
