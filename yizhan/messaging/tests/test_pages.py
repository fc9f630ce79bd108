from datetime import UTC, datetime

import pytest

from yizhan.kernel.api import Actor
from yizhan.messaging import api as messaging

AT = datetime(2026, 10, 9, 2, 48, tzinfo=UTC)


@pytest.mark.django_db
class TestTwinPhone:
    def test_shows_what_was_sent_in_the_demo_city(self, client, settings):
        settings.YIZHAN_IS_DEMO = True
        messaging.send_sms(to="13907710000", text="<b>123456", reference="a", actor=Actor.system("t"), at=AT)
        text = client.get("/demo/phone/").content.decode()
        assert "13907710000" in text
        assert "&lt;b&gt;123456" in text

    def test_is_not_there_in_production(self, client, settings):
        settings.YIZHAN_IS_DEMO = False
        assert client.get("/demo/phone/").status_code == 404

    def test_says_so_where_nothing_came(self, client, settings):
        settings.YIZHAN_IS_DEMO = True
        assert "还没有短信" in client.get("/demo/phone/").content.decode()
