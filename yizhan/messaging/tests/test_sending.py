import logging
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from yizhan.kernel.api import Actor, outbox
from yizhan.messaging import api as messaging
from yizhan.messaging import services
from yizhan.messaging.models import Message
from yizhan.messaging.rules import normalised_phone
from yizhan.messaging.vendors.twin import Twin

AT = datetime(2026, 10, 9, 2, 48, tzinfo=UTC)
PHONE = "13907710000"
DESK = Actor.system("tests.desk")


def send(text="您的验证码是 123456。", reference="sign-in:1", to=PHONE):
    return messaging.send_sms(to=to, text=text, reference=reference, actor=DESK, at=AT)


class Vendor(Twin):
    def __init__(self, fault: Exception | None = None):
        self.fault, self.sent = fault, []

    def send(self, message):
        if self.fault:
            raise self.fault
        self.sent.append(message)
        return super().send(message)


@pytest.fixture
def vendor(monkeypatch):
    def use(fault=None):
        made = Vendor(fault)
        monkeypatch.setattr(services, "vendor_in_use", lambda: made)
        return made

    return use


@pytest.mark.django_db
class TestSendSms:
    def test_reaches_the_twin_after_the_commit(self, vendor):
        phone = vendor()
        send()
        assert not phone.sent
        outbox.deliver_all()
        assert [message.text for message in phone.sent] == ["【一站】您的验证码是 123456。"]
        assert messaging.latest_for(PHONE).is_sent

    def test_the_same_reference_is_sent_once(self, vendor):
        phone = vendor()
        assert send().id == send().id
        outbox.deliver_all()
        messaging.deliver_message(message_id=send().id)
        assert len(phone.sent) == 1

    def test_is_forgotten_with_its_cause(self, vendor):
        phone = vendor()
        with transaction.atomic():
            send()
            transaction.set_rollback(True)
        outbox.deliver_all()
        assert not phone.sent

    def test_waits_for_a_vendor_that_is_away(self, vendor):
        vendor(messaging.VendorUnavailable())
        message = send()
        outbox.deliver_all()
        assert messaging.latest_for(PHONE).state == "queued"
        phone = vendor()
        messaging.deliver_message(message_id=message.id, at=AT)
        assert len(phone.sent) == 1

    def test_gives_up_a_number_that_cannot_be_reached(self, vendor):
        vendor(messaging.NumberNotReachable())
        send()
        outbox.deliver_all()
        assert messaging.latest_for(PHONE).state == "failed"

    @pytest.mark.parametrize("to", ["", "1390771000", "23907710000", "0771-5500000", "139\x0007710000"])
    def test_refuses_what_is_no_mobile_number(self, to):
        with pytest.raises(messaging.PhoneNotValid):
            send(to=to)
        assert not Message.objects.exists()

    def test_nothing_readable_stands_in_the_database(self):
        send()
        with connection.cursor() as cursor:
            cursor.execute('SELECT "to", text, to_index FROM messaging_message')
            row = b"".join(bytes(value) for value in cursor.fetchone())
        assert PHONE.encode() not in row
        assert b"123456" not in row

    def test_neither_number_nor_text_is_logged_or_shown_in_a_repr(self, caplog, capsys):
        with caplog.at_level(logging.DEBUG):
            view = send()
            outbox.deliver_all()
        logged = caplog.text + "".join(capsys.readouterr()) + repr(view)
        assert PHONE not in logged
        assert "123456" not in logged


@pytest.mark.django_db
class TestLatestFor:
    def test_is_the_newest_to_this_number(self):
        send("一", "a:1")
        messaging.send_sms(to="13907710001", text="别人的", reference="a:2", actor=DESK, at=AT)
        send("二", "a:3")
        assert messaging.latest_for("+86 １３９-0771-0000").text == "二"

    def test_is_nothing_for_a_real_vendor(self, monkeypatch):
        send()
        monkeypatch.setattr(Twin, "is_twin", False)
        assert messaging.latest_for(PHONE) is None
        assert messaging.twin_phones() == []

    def test_groups_by_phone(self):
        send("一", "a:1")
        messaging.send_sms(to="13907710001", text="别人的", reference="a:2", actor=DESK, at=AT)
        send("二", "a:3")
        phones = messaging.twin_phones()
        assert [(p.number, [m.text for m in p.messages]) for p in phones] == [
            (PHONE, ["二", "一"]),
            ("13907710001", ["别人的"]),
        ]


@given(st.text(max_size=20))
def test_a_normalised_number_is_eleven_ascii_digits_or_none(typed):
    phone = normalised_phone(typed)
    assert phone is None or (phone.isascii() and phone.isdigit() and len(phone) == 11)
    assert phone is None or normalised_phone(phone) == phone
