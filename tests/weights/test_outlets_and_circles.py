"""The first view of every page about outlets and circles weighs at most 150 kB as it is sent, without fonts and map."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse

from bench.pages import Named, weight_of, with_imports
from yizhan.kernel.api import Actor, times
from yizhan.look.testing import plain_static_files
from yizhan.people import testing as people
from yizhan.places import api as places
from yizhan.places.testing import AT
from yizhan.reach import api as reach
from yizhan.reach.testing import XINZHU, make_compound, make_quarter, make_shops
from yizhan.territory.testing import make_building

pytestmark = pytest.mark.django_db
MOST_KB = 150.0
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# What is no page: data for a map, files to take away, and what is only posted.
NO_PAGE = {
    "reach:map", "reach:tile", "reach:city_map", "reach:city_tile", "reach:city_export", "reach:months_export",
    "reach:scenario_close", "reach:scenario_back", "reach:scenario_drop",
    "places:export", "places:map", "places:import_columns", "places:import_preview", "places:import_refused",
}  # fmt: skip


@dataclass(frozen=True)
class Quarter:
    clients: dict[str, Client]
    outlet: str
    scenario: str


@pytest.fixture
def quarter(tmp_path: Path, settings: Any) -> Iterator[Quarter]:
    settings.YIZHAN_CACHE_DIR = tmp_path
    site = make_quarter(tmp_path)
    make_shops(site)
    key = make_compound()
    make_building(key.partition(".")[2], "1栋", doors=12, lon=108.3665, lat=22.8170)
    reach.count_anew(site=site.name, actor=Actor.system("tests"), at=AT)
    accounts = {
        "resident": people.make_account(resident=people.make_resident(level=1)),
        "clerk": people.make_account(staff=people.make_staff(organisation=people.make_organisation(territory=XINZHU))),
        "merchant": people.make_account(staff=people.make_staff("none", people.make_organisation("merchant"))),
    }
    clients = {"nobody": Client(headers={"accept-encoding": "gzip"})}
    for name, account in accounts.items():
        clients[name] = Client(headers={"accept-encoding": "gzip"})
        clients[name].force_login(account, backend=BACKEND)
    clients["clerk"].post(reverse("reach:scenarios"), {"name": "多一个菜市场", "profile": "elder", "site": site.name})
    [*_, scenario] = clients["clerk"].get(reverse("reach:scenarios")).context["scenarios"]
    outlet = min(str(one.outlet_id) for one in places.outlets_of(site.name, on=times.local_day(AT)))
    with plain_static_files():
        yield Quarter(clients, outlet, str(scenario.scenario_id))


def addresses(quarter: Quarter) -> dict[str, tuple[str, str]]:
    """Route → who opens it, and where."""
    who = {"places:claim": "merchant", "places:closed": "resident", "reach:circle": "resident", "reach:way": "resident"}
    known = {"outlet_id": quarter.outlet, "scenario_id": quarter.scenario, "code": XINZHU, "category": "pharmacy"}
    found = {}
    for room in ("reach", "places"):
        for name, ways in _routes(room):
            route = f"{room}:{name}"
            if route not in NO_PAGE:
                found[route] = (who.get(route, "clerk"), reverse(route, kwargs={one: known[one] for one in ways}))
    return found


def _routes(room: str) -> Iterator[tuple[str, list[str]]]:
    _prefix, resolver = get_resolver().namespace_dict[room]
    for name in {key for key in resolver.reverse_dict if isinstance(key, str)}:
        [(ways, *_rest), *_] = resolver.reverse_dict.getlist(name)
        yield name, ways[0][1]


def weight_kb(answer: HttpResponse, address: str, client: Client) -> float:
    sent = answer.content
    text = zlib.decompress(sent, 31) if answer.get("Content-Encoding") == "gzip" else sent
    named = Named(address)
    named.feed(text.decode())
    static = {one for name in named.files if name.startswith("/static/") for one in with_imports(name)}
    pictures = {name for name in named.files if not name.startswith(("/static/", "data:"))}
    bytes_ = len(sent) + sum(map(weight_of, static)) + sum(len(client.get(name).getvalue()) for name in pictures)
    return bytes_ / 1000


def test_no_first_view_is_heavy(quarter: Quarter) -> None:
    found = addresses(quarter)
    assert len(found) >= 16
    heavy = {}
    for route, (who, address) in found.items():
        answer = quarter.clients[who].get(address)
        assert answer.status_code == 200, f"{route} as {who}: {answer.status_code} {answer.get('Location', '')}"
        assert answer["Content-Type"].startswith("text/html"), f"{route} is no page"
        weight = weight_kb(answer, address, quarter.clients[who])
        if weight > MOST_KB:
            heavy[route] = weight
    assert heavy == {}


@pytest.mark.parametrize("cookie", ["", "elder"])
def test_nor_is_it_for_who_has_not_signed_in(quarter: Quarter, cookie: str) -> None:
    client = quarter.clients["nobody"]
    if cookie:
        client.cookies["yz_version"] = cookie
    client.post(reverse("reach:starts"), {"lon": "108.3665", "lat": "22.8170", "datum": "wgs84"})
    for address in ("/reach/", "/reach/start/", "/reach/city/", "/reach/city/?when=21:00", f"/reach/city/{XINZHU}/"):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert weight_kb(answer, address, client) <= MOST_KB, address
