"""The door of messaging: a text to a phone, sent after the commit, once in effect.

`send_sms` queues, `deliver_message` is what the worker does, `check_vendor` asks without sending. `latest_for` and
`twin_phones` read the twin's phone in the demo city and in tests; with a real vendor they show nothing.
"""

from yizhan.messaging.queries import MessageView, PhoneView, latest_for, twin_phones
from yizhan.messaging.rules import normalised_phone
from yizhan.messaging.services import PhoneNotValid, check_vendor, deliver_message, send_sms
from yizhan.messaging.vendors import Check, NumberNotReachable, OutgoingText, Vendor, VendorUnavailable

__all__ = [
    "Check",
    "MessageView",
    "NumberNotReachable",
    "OutgoingText",
    "PhoneNotValid",
    "PhoneView",
    "Vendor",
    "VendorUnavailable",
    "check_vendor",
    "deliver_message",
    "latest_for",
    "normalised_phone",
    "send_sms",
    "twin_phones",
]
