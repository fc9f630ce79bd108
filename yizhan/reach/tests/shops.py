"""A small town with twelve shops, built once for all tests of a class; what a test does to it is undone.

Such tests stand in one transaction, which is rolled back with the class: they are not marked `django_db`.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from yizhan.kernel.testing import carry_out_everything
from yizhan.places import api as places
from yizhan.places.testing import AT, KEEPER
from yizhan.reach.tests.test_live import Town, make_town, points


@pytest.fixture(scope="class")
def town_with_shops(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    cache = override_settings(YIZHAN_CACHE_DIR=tmp_path_factory.getbasetemp() / "cache")
    with django_db_blocker.unblock(), transaction.atomic():
        with cache:
            town = make_town(tmp_path_factory.mktemp("town"))
            _open_shops(town)
        yield town
        transaction.set_rollback(True)


@pytest.fixture
def shops(town_with_shops: Town, django_db_blocker: Any) -> Iterator[Town]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield town_with_shops
        transaction.set_rollback(True)


def _open_shops(town: Town) -> None:
    for number, point in enumerate(points(town.site, 12, 14)):
        category = ("pharmacy", "market", "breakfast")[number % 3]
        outlet = town.open(category, point)
        hours = ("Mo-Su 08:00-22:00", "Mo-Su 06:00-10:30", "")[number % 3 if number > 8 else 0]
        places.change_outlet(outlet_id=outlet, hours=hours, actor=KEEPER, at=AT)
    carry_out_everything(AT)
