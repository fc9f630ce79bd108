"""The cookie that keeps the chosen version: of this host alone where there is TLS, read under either name."""

import pytest

from yizhan.look.rules.versions import is_elder, version_cookie
from yizhan.look.web import views


@pytest.mark.parametrize(("is_https", "name"), [(True, "__Host-yz_version"), (False, "yz_version")])
def test_over_tls_it_is_set_for_this_host_alone(rf, settings, is_https, name):
    settings.SESSION_COOKIE_SECURE = is_https
    answer = views.version(rf.post("/look/version/", {"version": "elder"}))
    (cookie,) = answer.cookies.values()
    assert (cookie.key, bool(cookie["secure"]), bool(cookie["httponly"]), cookie["path"]) == (name, is_https, True, "/")
    assert not cookie["domain"]


def test_what_was_chosen_is_read_back():
    for is_https in (True, False):
        assert is_elder({version_cookie(is_https=is_https): "elder"})
        assert not is_elder({version_cookie(is_https=is_https): "standard"})
    assert not is_elder({})


def test_another_host_cannot_choose_for_this_one():
    assert not is_elder({"__Host-yz_version": "standard", "yz_version": "elder"})
