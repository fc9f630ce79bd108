"""The switches, the pages that say what went wrong, and the layouts."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory, override_settings

from yizhan.kernel.api import Actor
from yizhan.look.web import views
from yizhan.look.web.living import VERSIONS

LOOK = Path(views.__file__).resolve().parent.parent
TEMPLATES = sorted(path.relative_to(LOOK / "templates").as_posix() for path in (LOOK / "templates").rglob("*.html"))
STYLES = ["vendor/bootstrap.css", "look/tokens.css", "look/components.css", "look/pages.css"]
SCRIPTS = ["vendor/htmx.min.js", "look/look.js", "look/desk.js", "look/icons.svg", "look/mark.svg", "look/sky.svg"]


@pytest.fixture
def get():
    def request(path="/", cookies=None, method="get", data=None):
        made = getattr(RequestFactory(), method)(path, data or {})
        made.COOKIES.update(cookies or {})
        made.actor = Actor()
        made._dont_enforce_csrf_checks = True
        return made

    return request


class TestVersion:
    def test_it_is_kept_and_the_reader_stays_on_the_page(self, get):
        answer = views.version(get("/look/version/", method="post", data={"version": "elder", "next": "/my/?a=1"}))
        assert answer.status_code == 302
        assert answer["Location"] == "/my/?a=1"
        assert answer.cookies["yz_version"].value == "elder"

    @pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
    def test_it_leads_nowhere_else(self, get, target):
        answer = views.version(get("/look/version/", method="post", data={"version": "x", "next": target}))
        assert answer["Location"] == "/"
        assert answer.cookies["yz_version"].value == "standard"

    def test_reading_changes_nothing(self, get):
        assert views.version(get("/look/version/")).status_code == 405

    def test_resident_pages_show_it(self, get):
        page = render_to_string("look/resident.html", request=get(cookies={"yz_version": "elder"}))
        assert 'data-version="elder"' in page
        assert "标准版" in page
        assert "长辈版" in render_to_string("look/resident.html", request=get())


class TestLanguage:
    def test_it_is_kept(self, get):
        answer = views.language(get("/look/language/", method="post", data={"language": "en", "next": "/my/"}))
        assert answer["Location"] == "/my/"
        assert answer.cookies[django_settings.LANGUAGE_COOKIE_NAME].value == "en"

    def test_an_unknown_one_changes_nothing(self, get):
        answer = views.language(get("/look/language/", method="post", data={"language": "tlh"}))
        assert django_settings.LANGUAGE_COOKIE_NAME not in answer.cookies


class TestProblems:
    @pytest.mark.parametrize(
        ("view", "status", "words"),
        [
            (views.bad_request, 400, "看不懂"),
            (views.forbidden, 403, "不能做"),
            (views.not_found, 404, "没有找到"),
            (views.fault, 500, "不是您的问题"),
        ],
    )
    def test_each_says_what_happened_and_what_to_do(self, get, view, status, words):
        answer = view(get("/x/"))
        assert answer.status_code == status
        page = answer.content.decode()
        assert words in page
        assert "回首页" in page
        assert '<h1 class="yz-title' in page

    @pytest.mark.parametrize("silence", [OperationalError, InterfaceError])
    def test_a_database_that_does_not_answer_is_waited_for(self, get, silence):
        try:
            raise silence
        except silence:
            answer = views.fault(get("/x/"))
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
        page = answer.content.decode()
        assert "请等几秒再试" in page
        assert "不是您的问题" not in page

    @pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 422, 503])
    def test_a_refusal_shows_its_own_text_and_code(self, get, status):
        context = {"status": status, "text": "<b>等·等</b>", "code": "matters.action_not_allowed"}
        for template in ("look/refusal.html", "look/_refusal.html"):
            page = render_to_string(template, context, request=get())
            assert "&lt;b&gt;等·等&lt;/b&gt;" in page
        assert "matters.action_not_allowed" in render_to_string("look/refusal.html", context, request=get())

    def test_htmx_gets_a_fragment(self, get):
        request = get("/x/")
        request.htmx = True
        assert b"<html" not in views.not_found(request).content
        assert b"<html" not in views.fault(request).content

    def test_a_refusal_before_anything_is_known_of_the_reader(self):
        page = render_to_string("look/refusal.html", {"status": 413, "text": "x"}, request=RequestFactory().post("/"))
        assert "文件太大" in page


class TestLivingPage:
    @pytest.mark.parametrize("version", VERSIONS)
    def test_it_shows_every_component_in_each_version(self, get, version):
        page = views.living(get(f"/look/?as={version}")).content.decode()
        used = set(re.findall(r"yz-[a-z]+", page))
        assert {"yz-days", "yz-strip", "yz-rail", "yz-steps", "yz-papers", "yz-person", "yz-stat", "yz-bar"} <= used
        assert {"yz-errors", "yz-choice", "yz-empty", "yz-receipt", "yz-note", "yz-light", "yz-place"} <= used

    @override_settings(YIZHAN_IS_DEMO=False)
    def test_it_is_for_the_sample_city_only(self, get):
        with pytest.raises(Http404):
            views.living(get("/look/"))


class TestTemplates:
    @pytest.mark.parametrize("name", TEMPLATES)
    def test_each_compiles_and_has_no_inline_style_or_script(self, name):
        get_template(name)
        source = (LOOK / "templates" / name).read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|hx-on", source)

    def test_styles_have_no_data_addresses(self):
        for path in (LOOK / "static" / "look").glob("*.css"):
            assert 'url("data:' not in path.read_text(encoding="utf-8"), path.name

    def test_every_icon_that_is_named_is_drawn(self):
        drawn = set(re.findall(r'id="i-([a-z-]+)"', (LOOK / "static" / "look" / "icons.svg").read_text()))
        named = {
            name
            for path in (LOOK / "templates").rglob("*.html")
            for name in re.findall(r'{% icon "([a-z-]+)"', path.read_text(encoding="utf-8"))
        }
        assert named <= drawn


class TestWeight:
    def test_our_part_of_a_first_view_leaves_room_for_the_page(self):
        if not (LOOK / "static" / "vendor" / "bootstrap.css").is_file():
            pytest.skip("run tools/frontend.py first")
        files = [*STYLES, *SCRIPTS]
        weight = sum(len(gzip.compress((LOOK / "static" / name).read_bytes(), 6)) for name in files)
        assert weight < 80_000
