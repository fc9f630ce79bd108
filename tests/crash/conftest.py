import copy

import pytest

from tests.crash.city import OWNER, City, Clerk
from yizhan.config.embedded import APP


@pytest.fixture(scope="module")
def city(django_db_blocker, tmp_path_factory):
    """A migrated city with a town, three clerks and people to serve, on a durable server that may be killed."""
    from django.db import connections

    before = copy.deepcopy(connections.databases["default"])
    made = City(tmp_path_factory.mktemp("crash"))
    try:
        with django_db_blocker.unblock():
            _build(made)
            yield made
    finally:
        connections["default"].close()
        connections["default"].settings_dict.update(before)
        connections.databases["default"].update(before)
        made.close()


def _build(city):
    from yizhan.config.testing import _migrate_and_load, _point_django_at

    # Building may be fast; what is killed later is not.
    city.quick_server.start()
    _point_django_at(city.server.url(OWNER))
    _migrate_and_load()
    _point_django_at(city.server.url(APP))
    _populate(city)
    from django.db import connection

    connection.close()
    city.quick_server.stop()
    city.server.start()


def _populate(city):
    from yizhan.kernel.testing import carry_out_everything
    from yizhan.matters.testing import make_town
    from yizhan.people import testing as people

    town = make_town()
    for name in ("莫小兰", "韦小梅", "黄小英"):
        staff = people.make_staff("desk_clerk", town.desk, name=name)
        city.clerks.append(Clerk(city, _signed_in(people.make_account(staff=staff))))
    for _ in range(80):
        resident = people.make_resident("农样例", hukou_division=people.WANLI, phone=people.make_phone())
        city.residents.append((resident.id, resident.id_number))
    carry_out_everything()


def _signed_in(account):
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.save()
    return session.session_key
