from uuid import uuid4

import pytest
from django.urls import reverse

from yizhan.kernel.api import Actor, access
from yizhan.look.api import Link, UnknownPlace
from yizhan.look.queries.links import LinkRegistry, with_current

access.register({"look.test_signed_in": [access.is_signed_in], "look.test_nobody": [lambda _actor, _obj: False]})

ANYBODY = Actor()
CLERK = Actor(account_id=uuid4(), staff_id=uuid4(), name="莫小兰")


@pytest.fixture
def registry():
    registry = LinkRegistry()
    registry.register("desk.nav", Link(label="出件", route="look:version", order=20, count=lambda _actor: 4))
    registry.register("desk.nav", Link(label="接件", route="look:living", permission="look.test_signed_in", order=10))
    registry.register("desk.nav", Link(label="没人能进", route="look:language", permission="look.test_nobody"))
    return registry


class TestLinks:
    def test_only_ways_that_work_are_shown(self, registry):
        assert [link.label for link in registry.at("desk.nav", ANYBODY)] == ["出件"]
        assert [link.label for link in registry.at("desk.nav", CLERK)] == ["接件", "出件"]

    def test_a_permission_that_nobody_registered_hides_the_link(self, registry):
        registry.register("office.nav", Link(label="审批", route="look:living", permission="look.not_registered"))
        assert registry.at("office.nav", CLERK) == []

    def test_what_waits_is_counted(self, registry):
        assert [link.count for link in registry.at("desk.nav", CLERK)] == [0, 4]

    def test_the_same_route_again_replaces_the_link(self, registry):
        registry.register("desk.nav", Link(label="出件口", route="look:version", order=20))
        assert [link.label for link in registry.at("desk.nav", ANYBODY)] == ["出件口"]

    def test_unknown_places_are_refused(self, registry):
        with pytest.raises(UnknownPlace):
            registry.register("desk.navv", Link(label="x", route="look:living"))
        with pytest.raises(UnknownPlace):
            registry.at("nowhere", CLERK)

    def test_routes_that_do_not_exist_are_found(self, registry):
        assert registry.missing_routes() == []
        registry.register("shell.nav", Link(label="x", route="look:no_such_page"))
        assert registry.missing_routes() == ["look:no_such_page"]

    def test_the_nearest_link_is_the_current_one(self, registry):
        views = registry.at("desk.nav", CLERK)
        marked = with_current(views, reverse("look:version") + "more/")
        assert [(view.label, view.current) for view in marked] == [("接件", False), ("出件", True)]

    def test_a_page_may_say_where_it_stands(self, registry):
        marked = with_current(registry.at("desk.nav", CLERK), "/elsewhere/", here="look:living")
        assert [view.current for view in marked] == [True, False]
