"""Vendors of text messages. A new one is a class of this protocol, named in `vendor_in_use` (guide: add a vendor)."""

from dataclasses import dataclass, field
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class VendorUnavailable(Exception):
    """The vendor cannot be reached now: a fault, so the outbox tries again and in the end parks it."""


class NumberNotReachable(Exception):
    """The vendor says that this number will never get the message."""


@dataclass(frozen=True)
class Check:
    is_ready: bool
    note: str
    is_twin: bool = False


@dataclass(frozen=True)
class OutgoingText:
    """`reference` is the same on every try, so that a vendor can tell a repetition."""

    to: str = field(repr=False)
    text: str = field(repr=False)
    reference: str


class Vendor(Protocol):
    name: str
    is_twin: bool

    def send(self, message: OutgoingText) -> str:
        """Hand the message over; returns the vendor's own reference. Raises VendorUnavailable, NumberNotReachable."""
        ...

    def check(self) -> Check:
        """Whether messages would go out now, for `yizhan doctor`; sends nothing."""
        ...


def vendor_in_use() -> Vendor:
    """The vendor that YIZHAN_SMS_VENDOR names; the twin where nothing is named."""
    from yizhan.messaging.vendors.twin import Twin

    vendors: dict[str, type[Vendor]] = {"twin": Twin}
    if settings.YIZHAN_SMS_VENDOR not in vendors:
        raise ImproperlyConfigured(f"YIZHAN_SMS_VENDOR={settings.YIZHAN_SMS_VENDOR}: there are {', '.join(vendors)}")
    return vendors[settings.YIZHAN_SMS_VENDOR]()
