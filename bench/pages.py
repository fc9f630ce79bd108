"""What pages weigh and how long the server thinks about them, in the sample city, for everybody who signs in there.

Everybody begins at the first page and follows links; of each route two addresses are looked at. A page weighs what a
browser fetches to show it for the first time: the page as it is sent, and what it names – style sheets, scripts and
what they import, pictures – each compressed as the web process sends it. Fonts, the map and its tiles are not counted,
nor what loads only when it comes into view. First some of them begin what no link leads to: a clerk takes a card and
accepts a case, a resident begins a draft, a planner a plan. Pages that are still not come to are named on the error
channel and counted; addresses that only take a form are named apart.
"""

import re
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import Resolver404, resolve

from bench.harness import AnswersDiffer, Row, another_database, must_agree, percentile, row, seconds
from tests.access import routes as walk
from yizhan.look.testing import plain_static_files
from yizhan.people import testing as people

MOST_OF_A_ROUTE = 2
FIRST_VIEW_KB = 150.0
NOT_COUNTED = (".woff2", ".woff", ".pbf", ".pmtiles", "maplibre")
NOT_FOLLOWED = ("/static/", "/live/", "/metrics", "/accounts/logout/", "/api/")


@dataclass(frozen=True, kw_only=True)
class Sizes:
    repeats: int
    people: int
    pages: int
    time_bar_ms: float


FULL = Sizes(repeats=20, people=99, pages=80, time_bar_ms=100)
# Some pages of one of each kind, on a machine that does other things as well.
QUICK = Sizes(repeats=2, people=3, pages=12, time_bar_ms=1500)


def rows(sizes: Sizes) -> Iterator[Row]:
    from yizhan.config.setup import build_demo_city

    with another_database(), plain_static_files():
        build_demo_city()
        crawls = [Crawl(who, client, sizes) for who, client in _everybody(sizes)]
        seen = [page for crawl in crawls for page in crawl.pages()]
    failed = [each for crawl in crawls for each in crawl.failed]
    for each in failed[:5]:
        print("could not be shown:", each, file=sys.stderr)
    must_agree("pages were found", True, len(seen) > 20)
    heaviest = max(seen, key=lambda page: page.weight)
    slowest = max(seen, key=lambda page: percentile(page.times, 0.95))
    name = f"{len(seen)} pages of {len({page.who for page in seen})} people"
    yield row(
        f"first view, heaviest of {name} ({heaviest.who} {heaviest.route})",
        heaviest.weight / 1000,
        "kB",
        at_most=FIRST_VIEW_KB,
    )
    yield row("first view, median", percentile([page.weight for page in seen], 0.5) / 1000, "kB")
    yield row(
        f"server time, p95 of the slowest page ({slowest.who} {slowest.route})",
        percentile(slowest.times, 0.95) * 1000,
        "ms",
        at_most=sizes.time_bar_ms,
    )
    yield row("pages that could not be shown", float(len(failed)), "page", at_most=0)
    unseen, targets = _not_looked_at({page.route for page in seen})
    print("pages not looked at:", ", ".join(unseen), file=sys.stderr)
    print("only take a form:", ", ".join(targets), file=sys.stderr)
    yield row("pages and files to which nobody came", float(len(unseen)), "address")
    yield row("addresses that only take a form", float(len(targets)), "address")
    yield row("server time, p95 of all", percentile([one for page in seen for one in page.times], 0.95) * 1000, "ms")


def _not_looked_at(seen: set[str]) -> tuple[list[str], list[str]]:
    """The routes that nobody came to: those that can be opened, and those that only take a form."""
    found = {f"/{route.pattern}": route for route in walk.routes() if not route.is_of_the_api}
    unseen = sorted(one for one in found.keys() - seen if not one.startswith(NOT_FOLLOWED))
    targets = [one for one in unseen if _only_takes_a_form(found[one].view)]
    return [one for one in unseen if one not in targets], targets


def _only_takes_a_form(view: Any) -> bool:
    """Whether one of its decorators lets no GET through."""
    while view is not None:
        held = getattr(view, "__closure__", None) or ()
        names = view.__code__.co_freevars if held else ()
        for name, cell in zip(names, held, strict=True):
            if name == "request_method_list" and "GET" not in cell.cell_contents:
                return True
        view = getattr(view, "__wrapped__", None)
    return False


# ── what has to be begun before it can be looked at ──

_CARD = {"id_number": "450107194506030242", "is_original_seen": "on", "is_face_compared": "on", "who": "self"}
_ANSWERS = {"a-card_number": "6217000000000000019", "a-bank": "样例银行", "a-delivery": "desk"}
_PAPERS = {f"m-{one}": "seen" for one in ("social_security_card", "identity_card", "household_register")}
_ITEM = "old_age_allowance"


def _begun(who: str, client: Client) -> Iterator[str]:
    """Addresses of what this person begins, each to be looked at before the next is begun."""
    if who == "莫小兰":
        yield _sent(client, "/desk/", _CARD)
        yield f"/desk/intake/{_ITEM}/"
        yield _sent(client, f"/desk/intake/{_ITEM}/", {**_ANSWERS, **_PAPERS, "act": "accept", "key": "bench"})
    elif who == "韦海燕":
        address = f"/my/apply/{_ITEM}/"
        draft = _sent(client, address, {"applicant": _offered(client, address, "applicant")[-1]})
        step = str(client.get(draft)["Location"])
        yield step
        yield _sent(client, step, _ANSWERS)
        yield from (f"{draft}{name}/" for name in ("papers", "review"))
    elif client.get("/reach/scenarios/").status_code == 200:
        address = "/reach/scenarios/"
        site = _offered(client, address, "site")[0]
        yield _sent(client, address, {"name": "再开一家药店", "profile": "adult", "site": site})


def _sent(client: Client, address: str, given: dict[str, str]) -> str:
    """Where a form that was taken leads."""
    answer = client.post(address, given)
    must_agree(f"a form is taken at {address}", 302, answer.status_code)
    return str(answer["Location"])


def _offered(client: Client, address: str, name: str) -> list[str]:
    """What can be chosen in one field of a form."""
    choices = Choices(name)
    choices.feed(client.get(address, headers={"accept-encoding": "identity"}).content.decode())
    must_agree(f"something can be chosen at {address}", True, bool(choices.values))
    return choices.values


class Choices(HTMLParser):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.name, self.values, self.is_inside = name, list[str](), False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "select":
            self.is_inside = given.get("name") == self.name
        is_of_it = given.get("name") == self.name if tag == "input" else tag == "option" and self.is_inside
        if is_of_it and given.get("value"):
            self.values.append(str(given["value"]))


def _everybody(sizes: Sizes) -> Iterator[tuple[str, Client]]:
    from yizhan.people.demo import SIGN_INS

    host = {"host": "127.0.0.1", "accept-encoding": "gzip"}
    yield "nobody", Client(raise_request_exception=False, headers=host)
    parts: Counter[str] = Counter()
    for one in SIGN_INS:
        account = people.account_of_phone(one.phone)
        part = re.split("[：:，（]", one.role)[0] if sizes.people < len(SIGN_INS) else one.role
        if account is None or parts[part] or len(parts) >= sizes.people:
            continue
        parts[part] += 1
        client = Client(raise_request_exception=False, headers=host)
        client.force_login(account)
        yield one.who, client


@dataclass(frozen=True, kw_only=True)
class Page:
    who: str
    route: str
    weight: int
    times: list[float] = field(default_factory=list)


class Crawl:
    def __init__(self, who: str, client: Client, sizes: Sizes) -> None:
        self.who, self.client, self.sizes = who, client, sizes
        self.waiting, self.known, self.routes = ["/"], {"/"}, Counter[str]()
        self.failed: list[str] = []

    def pages(self) -> Iterator[Page]:
        count = 0
        for address in _begun(self.who, self.client):
            self._follow(address, "/")
            if self.waiting[-1] == address and (page := self._page(self.waiting.pop())) is not None:
                count += 1
                yield page
        # Nobody stands at the desk any more: what was offered to them is over.
        self.waiting = [one for one in self.waiting if not one.startswith("/desk/intake/")]
        while self.waiting and count < self.sizes.pages:
            page = self._page(self.waiting.pop(0))
            if page is not None:
                count += 1
                yield page

    def _page(self, address: str) -> Page | None:
        answer = self.client.get(address)
        if answer.status_code in (301, 302):
            self._follow(answer["Location"], address)
            return None
        if answer.status_code >= 400:
            self.failed.append(f"{self.who} {address}: {answer.status_code}")
        is_html = answer.get("Content-Type", "").startswith("text/html")
        if answer.status_code != 200 or not is_html or getattr(answer, "streaming", False):
            return None
        sent = answer.content
        text = zlib.decompress(sent, 31) if answer.get("Content-Encoding") == "gzip" else sent
        named = Named(address)
        named.feed(text.decode())
        for link in named.links:
            self._follow(link, address)
        times = [seconds(lambda: self.client.get(address)) for _ in range(self.sizes.repeats)]
        route = resolve(urlsplit(address).path).route
        return Page(who=self.who, route=f"/{route}", weight=len(sent) + self._named(named), times=times)

    def _named(self, named: "Named") -> int:
        files: set[str] = set()
        for name in named.files:
            if name.startswith("/static/"):
                files |= with_imports(name)
        pictures = [name for name in named.files if not name.startswith(("/static/", "data:", "http"))]
        uploaded = sum(len(self.client.get(name).getvalue()) for name in set(pictures))
        return sum(weight_of(name) for name in files) + uploaded

    def _follow(self, link: str, on_page: str) -> None:
        parts = urlsplit(urljoin(on_page, link))
        if parts.netloc not in ("", "127.0.0.1") or parts.scheme not in ("", "http"):
            return
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        try:
            route = resolve(parts.path).route
        except Resolver404:
            return
        if address in self.known or address.startswith(NOT_FOLLOWED) or self.routes[route] >= MOST_OF_A_ROUTE:
            return
        self.known.add(address)
        self.routes[route] += 1
        self.waiting.append(address)


class Named(HTMLParser):
    """What a page names: links to follow, files that its first view needs."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.links: list[str] = []
        self.files: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: dict[str, Any] = dict(attrs)
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        elif tag == "link" and given.get("rel") in ("stylesheet", "modulepreload", "icon", "preload"):
            self._file(given.get("href"))
        elif tag in ("script", "img") and given.get("loading") != "lazy":
            self._file(given.get("src"))

    def _file(self, name: str | None) -> None:
        if name and not name.startswith("data:"):
            self.files.append(urljoin(self.address, name))


# ── static files ──

_IMPORTS = {
    ".css": re.compile(r"""(?:url\(|@import\s+)["']?([^"')\s]+)"""),
    ".js": re.compile(r"""(?:^|[;\s}])(?:import|export)\s*(?:[\w*{},\s$]+from\s*)?["']([^"']+)["']""", re.MULTILINE),
}


def with_imports(name: str) -> set[str]:
    """A static file and all that it imports at once, by address."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one in found or any(part in one for part in NOT_COUNTED):
            continue
        found.add(one)
        waiting += _imports_of(one)
    return found


@cache
def _imports_of(name: str) -> tuple[str, ...]:
    path = _path_of(name)
    pattern = _IMPORTS.get(path.suffix) if path else None
    if path is None or pattern is None:
        return ()
    named = pattern.findall(path.read_text(encoding="utf-8", errors="replace"))
    return tuple(urljoin(name, one.split("#")[0]) for one in named if not one.startswith(("data:", "http", "#")))


@cache
def weight_of(name: str) -> int:
    """Bytes as sent: compressed, where that is smaller."""
    path = _path_of(name)
    if path is None:
        raise AnswersDiffer(f"{name} is not there, so nothing is known of its weight: `make setup` fetches it")
    content = path.read_bytes()
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return min(len(content), len(packer.compress(content) + packer.flush()))


def _path_of(name: str) -> Path | None:
    found = finders.find(name.removeprefix("/static/").split("?")[0])
    return Path(found) if isinstance(found, str) else None
