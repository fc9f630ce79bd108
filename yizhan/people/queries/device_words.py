"""What a device is called on the page of its owner."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yizhan.people.queries.labels import Labels, label

SYSTEMS: Labels = {
    "iphone": "iPhone",
    "ipad": "iPad",
    "harmony": _("鸿蒙设备"),
    "android": _("安卓设备"),
    "windows": _("Windows 电脑"),
    "mac": _("苹果电脑"),
    "linux": _("Linux 电脑"),
    "other": _("认不出的设备"),
}
BROWSERS: Labels = {
    "wechat": _("微信"),
    "alipay": _("支付宝"),
    "edge": "Edge",
    "firefox": "Firefox",
    "chrome": "Chrome",
    "safari": "Safari",
    "other": _("别的浏览器"),
}


def device_words(device: str) -> str:
    """安卓设备，微信."""
    system, _slash, browser = device.partition("/")
    return str(_("{system}，{browser}")).format(system=label(SYSTEMS, system), browser=label(BROWSERS, browser))
