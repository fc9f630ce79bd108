"""Cases of the sample city in every state that there is, brought there by the services themselves, at past moments."""

from collections.abc import MutableMapping
from typing import Any
from uuid import UUID

from yizhan.kernel.api import Actor, outbox, times
from yizhan.matters.demo.allowance import allowances
from yizhan.matters.demo.stories import stories
from yizhan.people import api as people_api

# Organisations' own systems that may call the API: (client id, secret, organisation, name, scopes).
CLIENTS = (
    ("demo-terminal", "sample-secret-of-the-terminal", "desk_xinzhu", "新竹社区自助机（样例）", ("cases.hand_in",)),
    ("demo-desk", "sample-secret-of-the-desk", "desk_xinzhu", "新竹社区窗口系统（样例）", ("cases.desk",)),
    (
        "demo-office",
        "sample-secret-of-the-office",
        "civil_affairs_xixiangtang",
        "西乡塘区民政业务系统（样例）",
        ("cases.office",),
    ),
)


def build(city: MutableMapping[str, Any]) -> None:
    """Cases under `city["cases"]`, by applicant's name, the stories by their own."""
    _clients(city["people"])
    city["cases"] = {**allowances(city["people"]), **stories(city["people"])}
    outbox.deliver_all()


def _clients(ids: dict[str, UUID]) -> None:
    for client_id, secret, organisation, name, scopes in CLIENTS:
        client = people_api.NewClient(
            organisation_id=ids[organisation],
            name=name,
            scopes=scopes,
            calls_per_minute=60_000,
            is_sample=True,
            client_id=client_id,
            secret=secret,
        )
        people_api.register_client(actor=Actor.system("matters.demo"), client=client, at=times.utc_now())
