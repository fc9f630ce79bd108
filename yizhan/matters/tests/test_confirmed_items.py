"""What the city confirms of an item begins with the next version; a case keeps the one that it began with."""

from datetime import timedelta

import pytest
import time_machine

from yizhan.catalogue import api as catalogue
from yizhan.kernel.api import times
from yizhan.matters.models import Case
from yizhan.matters.testing import ITEM, NOON, make_town, take_in
from yizhan.people.testing import make_account, make_organisation, make_staff

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PROMISE = "limits.promise_days"


def test_a_running_case_keeps_its_version_when_a_limit_is_confirmed(client):
    with time_machine.travel(NOON, tick=False):
        case_id = take_in(make_town())
        begun_with = Case.objects.get(pk=case_id).item_version_id
        city = make_organisation("city", name="南宁市数据局", territory="4501")
        client.force_login(make_account(staff=make_staff("administrator", city)), backend=BACKEND)
        today = times.local_day(NOON)
        address = f"/catalogue/{ITEM}/confirm/"
        form = client.get(address).context["form"]
        sent = {field.html_name: field.initial for field in form if field.initial not in {None, False}}
        sent |= {PROMISE: "12", f"{PROMISE}:tick": "on", f"{PROMISE}:paper": "南民发〔2026〕15号"}
        preview = client.post(address, sent | {f"{PROMISE}:day": today.isoformat()})
        taken = client.post("/catalogue/take-in/", {"text": preview.context["text"], "confirm": "1"})

        assert taken.status_code == 302
        begins = max(today, form.line.effective_from) + timedelta(days=1)
        following = catalogue.current_version(ITEM, begins)
        assert following.definition.limits.promise_days == 12
        assert following.item_version_id != begun_with
        assert Case.objects.get(pk=case_id).item_version_id == begun_with
        assert catalogue.item_version(begun_with).definition.limits.promise_days == 10
