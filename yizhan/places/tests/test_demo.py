"""The sample city has a claim to check and a doubt to look at."""

import pytest

from yizhan.people.testing import XINZHU, actor_for, make_resident
from yizhan.places import api as places
from yizhan.places import demo
from yizhan.places.models import Outlet
from yizhan.places.testing import bring_outlets, make_row

pytestmark = pytest.mark.django_db


def test_a_merchant_claims_and_a_resident_doubts(site: str) -> None:
    from django.utils import timezone

    bring_outlets(site, *(make_row(f"样例{n}", 60 * n, community=XINZHU) for n in range(3)), at=timezone.now())
    daughter = actor_for(make_resident(level=3))
    people = {"daughter": daughter.resident_id, "account_daughter": daughter.account_id}
    demo.build({"sample_site": site, "people": people})
    rows = list(Outlet.objects.order_by("id"))
    assert [row.claimant_id for row in rows] == [people["merchant"], None, None]
    assert [row.state for row in rows] == [places.OutletState.STANDING, "doubted", "standing"]


def test_without_a_sample_site_there_is_nothing_to_do() -> None:
    demo.build({"people": {}})
    assert not Outlet.objects.exists()
