"""Every wall falls over a fault: a small house with one thing wrong, and the check says so."""

import itertools
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection

from tests.architecture.houses import ROOT, broken_contracts, build
from tools import contracts, words
from tools.walls import bands, tables, templates, tracked, tree
from yizhan.config.database import append_only_tables
from yizhan.config.embedded import APP

_numbers = itertools.count()

# One file for each module, so that the contracts find every folder that they name.
ROOMS = [name for band in bands.bands() for name in band]
KERNEL = {"kernel/api.py": "", "kernel/models.py": "class Entity: ...\nclass AuditLine: ...\n", "kernel/times.py": ""}
GROUND = {f"{room}/__init__.py": "" for room in ROOMS} | KERNEL
GROUND |= {f"{room}/__init__.py": "" for room in ("config", "facts", "look")}
GROUND |= {f"config/{name}.py": "" for name in ("env", "embedded", "database", "testing")}
GROUND |= {"people/api.py": "", "people/models.py": "", "people/testing.py": "", "people/services.py": ""}
GROUND |= {"matters/api.py": "", "matters/rules.py": "", "look/queries.py": "", "facts/people.py": ""}


@pytest.fixture
def broken_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The ids of the contracts that a house with these files breaks; `yizhan` in them is the small house."""

    def check(files: dict[str, str]) -> dict[str, str]:
        name = f"house{next(_numbers)}"
        build(tmp_path / name, {path: text.replace("yizhan", name) for path, text in (GROUND | files).items()})
        (tmp_path / "rules").write_text((ROOT / ".importlinter").read_text().replace("yizhan", name))
        monkeypatch.syspath_prepend(str(tmp_path))
        return broken_contracts(tmp_path / "rules")

    return check


IMPORT_FAULTS = {
    "up": ("bands", {"people/services.py": "import yizhan.matters.api"}),
    "sideways": ("bands", {"clocks/services.py": "import yizhan.documents.api", "documents/api.py": ""}),
    "config from a room": ("bands", {"matters/services.py": "from yizhan.config import env"}),
    "up in a type annotation": (
        "bands",
        {"people/services.py": "import typing\nif typing.TYPE_CHECKING:\n    from yizhan.matters import api\n"},
    ),
    "a room in no band": ("bands", {"parking/__init__.py": ""}),
    "past the door": ("doors", {"matters/services.py": "from yizhan.people.services import accept"}),
    "past the door, for a model": ("doors", {"matters/models.py": "from yizhan.people.models import Resident"}),
    "past the kernel's door": ("doors", {"people/services.py": "from yizhan.kernel.times import utc_now"}),
    "services know pages": ("inside", {"matters/services.py": "import yizhan.matters.web", "matters/web.py": ""}),
    "queries know services": ("inside", {"people/queries.py": "import yizhan.people.services"}),
    "rules know tables": ("inside", {"people/rules.py": "import yizhan.people.models"}),
    "handlers know pages": ("inside", {"matters/handlers.py": "import yizhan.matters.web", "matters/web.py": ""}),
    "the look's queries know its pages": (
        "inside-look",
        {"look/queries.py": "import yizhan.look.web", "look/web.py": ""},
    ),
    "the kernel's words know the outbox": (
        "inside-kernel",
        {"kernel/times.py": "import yizhan.kernel.outbox", "kernel/outbox.py": ""},
    ),
    "facts know each other": ("inside-facts", {"facts/matters.py": "import yizhan.facts.people"}),
    "the environment knows a room": ("inside-config", {"config/env.py": "import yizhan.people.api"}),
    "a rule knows Django": ("pure", {"matters/rules.py": "from django.utils import timezone"}),
    "a rule draws lots": ("pure", {"matters/rules.py": "import random"}),
    "a rule reads files": ("pure", {"matters/rules.py": "from pathlib import Path"}),
    "a rule asks another room": ("pure", {"matters/rules.py": "import yizhan.people.api"}),
    "product code uses testing": ("helpers", {"matters/services.py": "import yizhan.people.testing"}),
    "product code uses tests": (
        "helpers",
        {"people/services.py": "import yizhan.people.tests.sample", "people/tests/sample.py": ""},
    ),
    "more than the base row": ("entity", {"people/models.py": "from yizhan.kernel.models import AuditLine"}),
}


@pytest.mark.parametrize("fault", IMPORT_FAULTS)
def test_a_contract_is_broken_by(fault: str, broken_by) -> None:
    contract, files = IMPORT_FAULTS[fault]
    assert contract in broken_by(files)


def test_the_small_house_without_a_fault_breaks_nothing(broken_by) -> None:
    allowed = {
        "matters/services.py": "from yizhan.people import api\nfrom yizhan.facts import people\n",
        "matters/models.py": "from yizhan.kernel.models import Entity",
        "matters/demo.py": "import yizhan.people.testing",
        "matters/tests/test_it.py": "import yizhan.people.testing\nimport yizhan.config.testing",
        "config/urls.py": "import yizhan.matters.web",
        "config/tests/test_it.py": "import yizhan.people.testing",
        "matters/web.py": "import yizhan.matters.api",
        "matters/rules.py": "from datetime import date",
    }
    assert broken_by(allowed) == {}


def test_every_contract_has_a_fault() -> None:
    written = {s.rsplit(":", 1)[1] for s in bands.contracts().sections() if ":contract:" in s}
    assert {contract for contract, _ in IMPORT_FAULTS.values()} == written


@pytest.mark.parametrize("line", ["date.today()", "datetime.now(UTC)", "open('x')", "random()", "datetime.utcnow()"])
def test_a_rule_that_calls_is_found(line: str, tmp_path: Path) -> None:
    build(tmp_path, {"matters/rules/lights.py": f"def f():\n    return {line}\n"})
    assert len(list(contracts.impure_calls(tmp_path))) == 1


def test_a_folder_that_no_contract_lists_is_found(tmp_path: Path) -> None:
    house = build(tmp_path, {f"{room}/__init__.py": "" for room in ROOMS[1:]} | {"parking/__init__.py": ""})
    found = " ".join(bands.unlisted(house))
    assert "parking: on disk" in found
    assert "parking: config's env and embedded may import it" in found
    assert f"{ROOMS[0]}: in .importlinter, not on disk" in found


TREE_FAULTS = {
    "a strange folder": (tree.strange_entries, {"care/managers.py": ""}),
    "a strange file in the kernel": (tree.strange_entries, {"kernel/people.py": ""}),
    "facts of no publisher": (tree.strange_entries, {"facts/weather.py": ""}),
    "a junk drawer": (tree.junk_drawers, {"care/services/utils.py": ""}),
    "a long function": (tree.long_functions, {"care/services.py": "def f():\n" + "    x = 1\n" * 60}),
    "a star import": (tree.hidden_ways, {"care/services.py": "from json import *"}),
    "a signal": (tree.hidden_ways, {"care/apps.py": "from django.db.models.signals import post_save"}),
    "a home-made signal": (tree.hidden_ways, {"care/apps.py": "from django.dispatch import Signal"}),
    "a path in a string": (tree.string_imports, {"care/apps.py": "x = 'yizhan.people.services'", "people/api.py": ""}),
    "a model in a string": (
        tree.string_imports,
        {"care/apps.py": "apps.get_model('people.Resident')", "people/api.py": ""},
    ),
    "no page": (tree.missing_papers, {"care/api.py": '"""Door."""\n__all__ = []\n'}),
    "a page without refusals": (
        tree.missing_papers,
        {
            "care/api.py": '"""Door."""\n__all__ = []\n',
            "care/README.md": "**Owns** x\n**Facts in** x\n**Facts out** x\n",
        },
    ),
    "a door without docstring": (lambda p: tree.door_breaches(p / "care/api.py", p), {"care/api.py": "__all__ = []"}),
    "a door without a list": (lambda p: tree.door_breaches(p / "care/api.py", p), {"care/api.py": '"""Door."""'}),
    "a name that the list lacks": (
        lambda p: tree.door_breaches(p / "care/api.py", p),
        {"care/api.py": '"""Door."""\ndef raise_alarm(): ...\n__all__ = []\n'},
    ),
    "a name that does not exist": (
        lambda p: tree.door_breaches(p / "care/api.py", p),
        {"care/api.py": '"""Door."""\n__all__ = ["raise_alarm"]\n'},
    ),
    "a service by position": (
        tree.loose_services,
        {"care/services/raising.py": "@transaction.atomic\ndef raise_alarm(actor, at): ...\n"},
    ),
    "no door": (lambda p: tree.door_breaches(p / "care/api.py", p), {"care/apps.py": ""}),
}


@pytest.mark.parametrize("fault", TREE_FAULTS)
def test_the_tree_shows(fault: str, tmp_path: Path) -> None:
    check, files = TREE_FAULTS[fault]
    assert check(build(tmp_path, files)) != []


def test_long_functions_move_the_tail(tmp_path: Path) -> None:
    body = "".join(f"def f{i}():\n" + "    x = 1\n" * 40 for i in range(20))
    assert tree.function_tail(build(tmp_path, {"care/services.py": body}))[1] >= 30


TEMPLATE_FAULTS = {
    "a layout of another room": (templates.foreign_reaches, "{% extends 'people/me.html' %}"),
    "a part of another room": (templates.foreign_reaches, "{% include 'people/_line.html' %}"),
    "tags of another room": (templates.foreign_reaches, "{% load i18n people_tags %}"),
    "some tags of another room": (templates.foreign_reaches, "{% load lines from people_tags %}"),
    "a route of another room": (templates.foreign_reaches, "{% url 'people:me' %}"),
    "a route of sign-in": (templates.foreign_reaches, '{% url "account_login" as x %}'),
    "a file of another room": (templates.foreign_reaches, "{% static 'people/me.css' %}"),
    "a vendor's file": (templates.foreign_reaches, "{% static 'vendor/htmx.min.js' %}"),
    "a style": (templates.inline_code, '<p\n style="color: red">'),
    "a style element": (templates.inline_code, "<style>p{}</style>"),
    "a script": (templates.inline_code, "<script>alert(1)</script>"),
    "a handler": (templates.inline_code, '<button onclick="go()">'),
    "a javascript address": (templates.inline_code, '<a href="javascript:go()">'),
    "unescaped text": (lambda p: templates.unescaped(p, {}), "{{ name|safe }}"),
    "escaping off": (lambda p: templates.unescaped(p, {}), "{% autoescape off %}"),
}


@pytest.mark.parametrize("fault", TEMPLATE_FAULTS)
def test_a_template_shows(fault: str, tmp_path: Path) -> None:
    check, text = TEMPLATE_FAULTS[fault]
    files = {"care/web/templates/care/page.html": text, "care/apps.py": "", "people/apps.py": ""}
    assert check(build(tmp_path, files)) != []


def test_a_good_template_shows_nothing(tmp_path: Path) -> None:
    text = (
        "{% extends 'look/desk.html' %}{% load i18n yz %}{# style='x' #}<script src='x' defer></script>"
        "<a href=\"{% url 'care:alarm' id %}\">{% include 'care/_x.html' %}{% include part %}</a>"
        "{% static 'care/x.css' %}"
    )
    house = build(tmp_path, {"care/web/templates/care/page.html": text})
    assert templates.foreign_reaches(house) + templates.inline_code(house) + templates.unescaped(house, {}) == []


@pytest.mark.parametrize("line", ["x = mark_safe(name)", "x = SafeString(f'<b>{name}</b>')"])
def test_code_that_does_not_escape_is_found(line: str, tmp_path: Path) -> None:
    house = build(tmp_path, {"care/web/views.py": line})
    assert templates.unescaped(house, {}) == ["care/web/views.py:1: not escaped"]
    assert templates.unescaped(house, {"care/web/views.py": "shown here"}) == []


def test_inline_style_in_code_is_found(tmp_path: Path) -> None:
    house = build(tmp_path, {"care/web/views.py": "x = '<i style=\"width: 3px\"></i>'"})
    assert templates.inline_code(house) == ["care/web/views.py:1: a style attribute"]


@pytest.mark.parametrize(
    "text",
    ["see " + "/wo" + "rk/main/x", "/ro" + "ot/.cache/x", "https://py" + "pi.org/simple", "written by Cla" + "ude"],
)
def test_a_word_that_is_not_the_products_is_found(text: str, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text(text)
    assert len(tracked.foreign_words(tmp_path, ["notes.md"])) == 1


@pytest.mark.parametrize("name", ["htmx.min.js", "kai.ttf", "model.onnx", "django.mo", "node_modules/x/y.js"])
def test_a_file_that_can_be_fetched_is_found(name: str, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).touch()
    assert len(tracked.fetchable_files(tmp_path, [name])) == 1


def test_git_tells_what_is_tracked(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "in.md").touch()
    (tmp_path / "out.md").touch()
    subprocess.run(["git", "add", "in.md"], cwd=tmp_path, check=True)
    assert tracked.tracked_files(tmp_path) == ["in.md"]


# ── tables ──


def _model(app: str, name: str, *related: object) -> SimpleNamespace:
    keys = [SimpleNamespace(is_relation=True, auto_created=False, related_model=r, name="key") for r in related]
    return SimpleNamespace(_meta=SimpleNamespace(app_label=app, get_fields=lambda: keys), __name__=name)


@pytest.mark.parametrize(("own", "other"), [("people", "matters"), ("clocks", "documents"), ("kernel", "people")])
def test_a_foreign_key_up_or_sideways_is_found(own: str, other: str) -> None:
    model = _model(own, "Mine", _model(other, "Theirs"))
    assert len(tables.key_breaches([model], bands.height_of())) == 1


def test_a_foreign_key_down_is_fine() -> None:
    model = _model("matters", "Case", _model("people", "Resident"), _model("auth", "Group"))
    assert tables.key_breaches([model], bands.height_of()) == []


def _as_owner(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(statement)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "statement",
    [
        f"GRANT UPDATE ON kernel_auditline TO {APP}",
        f"GRANT DELETE ON kernel_fact TO {APP}",
        f"GRANT UPDATE (action) ON kernel_auditline TO {APP}",
    ],
)
def test_a_right_to_alter_evidence_is_found(statement: str, committed_db, owner_url: str) -> None:
    _as_owner(owner_url, statement)
    with connection.cursor() as cursor:
        assert len(tables.evidence_rights(cursor, append_only_tables(), APP)) == 1


def test_a_right_to_build_is_found(committed_db, owner_url: str) -> None:
    _as_owner(owner_url, f"GRANT CREATE ON SCHEMA public TO {APP}")
    with connection.cursor() as cursor:
        assert tables.building_rights(cursor, APP) == [f"{APP} may CREATE in the schema"]


# ── words ──

WORD_FAULTS = {
    "Chinese that no translation finds": {"care/web/views.py": "TITLE = '报警'"},
    "Chinese in a template": {"care/web/templates/care/page.html": "<h1>报警</h1>"},
    "Chinese in a script": {"care/web/static/care/page.js": "say('报警')"},
    "no English": {"care/web/views.py": "from x import gettext as _\nTITLE = _('报警')"},
    "a placeholder that English lost": {
        "care/web/views.py": "from x import gettext as _\nTITLE = _('第{n}次报警')",
        "care/locale/en/LC_MESSAGES/django.po": 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "第{n}次报警"\nmsgstr "alarm"\n',
    },
    "a doubtful translation": {
        "care/web/views.py": "from x import gettext as _\nTITLE = _('报警')",
        "care/locale/en/LC_MESSAGES/django.po": 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        '#, fuzzy\nmsgid "报警"\nmsgstr "alarm"\n',
    },
}


@pytest.mark.parametrize("fault", WORD_FAULTS)
def test_the_words_show(fault: str, tmp_path: Path) -> None:
    assert words.breaches(build(tmp_path, WORD_FAULTS[fault])) != []


def test_translated_words_show_nothing(tmp_path: Path) -> None:
    files = {
        "care/web/views.py": "from x import gettext as _\nTITLE = _('第{n}次报警')",
        "care/locale/en/LC_MESSAGES/django.po": 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "第{n}次报警"\nmsgstr "alarm no. {n}"\n',
    }
    assert words.breaches(build(tmp_path, files)) == []


# ── the command itself ──


def test_the_command_fails_with_the_house(tmp_path: Path) -> None:
    """`lint-imports` as `make check` runs it, on a house with an import up."""
    build(tmp_path / "yizhan", GROUND | {"people/services.py": "import yizhan.matters.api"})
    build(tmp_path / "tools", {"contracts.py": (ROOT / "tools" / "contracts.py").read_text()})
    (tmp_path / ".importlinter").write_text((ROOT / ".importlinter").read_text())
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, "yizhan.people.services" in done.stdout) == (1, True), json.dumps(done.stdout)
