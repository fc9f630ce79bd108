"""What weighs much, at every place where it is done, asks for a fresh proof."""

import pytest
from django.urls import resolve

from yizhan.kernel.api import access

A_CASE = "00000000-0000-0000-0000-000000000001"
WEIGHTY = [
    f"/office/cases/{A_CASE}/sign/",
    f"/office/cases/{A_CASE}/course/revoke/",
    "/admin/keys/demo/rotate/",
    "/admin/keys/demo/lost/",
    f"/admin/roles/{A_CASE}/{A_CASE}/",
    f"/admin/roles/{A_CASE}/end/",
    f"/admin/clients/new/{A_CASE}/",
    f"/admin/clients/{A_CASE}/revoke/",
    f"/admin/staff/{A_CASE}/phone/",
]


@pytest.mark.parametrize("path", WEIGHTY)
def test_it_asks_again(path):
    match = resolve(path)
    assert access.is_weighty(match.func, match.kwargs)


def test_what_is_done_all_day_does_not():
    for path in (f"/office/cases/{A_CASE}/course/extend/", "/office/", "/"):
        match = resolve(path)
        assert not access.is_weighty(match.func, match.kwargs)
