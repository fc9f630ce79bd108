"""A merchant of the sample city who claims his shop, and a shop that a resident says is closed."""

from collections.abc import MutableMapping
from typing import Any

from yizhan.kernel.api import Actor, times
from yizhan.people import api as people
from yizhan.places import api as places

SYSTEM = Actor.system("places.demo")
XINZHU = "450103001005"
PHONE = "13900000061"
# (who, what he tries, phone), as the others of the sample city
SIGN_INS: list[tuple[str, str, str]] = [("冼阿莲", "阿莲便民商店（样例）：认领自家的网点，改营业时间", PHONE)]


def build(city: MutableMapping[str, Any]) -> None:
    """Adds `merchant` and `merchant_staff` to `city["people"]`; needs the outlets of the sample site."""
    site = city.get("sample_site")
    if site is None:
        return
    now = times.utc_now()
    shops = [
        one
        for one in places.outlets_of(site, on=times.local_day(now))
        if one.community == XINZHU and one.category == "convenience_store" and not one.is_to_verify
    ]
    merchant = _merchant(city)
    for shop in shops[:1]:
        places.claim_outlet(outlet_id=shop.outlet_id, actor=merchant, at=now)
    for shop in shops[1:2]:
        daughter = Actor(account_id=city["people"]["account_daughter"], resident_id=city["people"]["daughter"], level=3)
        places.report_closed(outlet_id=shop.outlet_id, actor=daughter, at=now)


def _merchant(city: MutableMapping[str, Any]) -> Actor:
    firm = people.open_organisation(
        actor=SYSTEM,
        organisation=people.NewOrganisation(
            kind=people.OrganisationKind.MERCHANT, name="阿莲便民商店（样例）", territory=XINZHU, is_sample=True
        ),
    )
    staff_id = people.employ_staff(
        actor=SYSTEM, organisation_id=firm, name="冼阿莲", employee_number="SH0001", is_sample=True
    )
    account = people.link_account(actor=SYSTEM, phone=PHONE, staff_id=staff_id, at=times.utc_now())
    city["people"] |= {"merchant": firm, "merchant_staff": staff_id}
    return Actor(account_id=account, staff_id=staff_id, name="冼阿莲", level=1)
