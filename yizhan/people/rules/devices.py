"""A browser's own description, in as few words as a person needs to know the device again."""

from __future__ import annotations

SYSTEMS = (("iPhone", "iphone"), ("iPad", "ipad"), ("HarmonyOS", "harmony"), ("Android", "android"),
           ("Windows", "windows"), ("Macintosh", "mac"), ("Linux", "linux"))  # fmt: skip
# The first that is found: each of them also calls itself by the names that follow.
BROWSERS = (("MicroMessenger", "wechat"), ("AlipayClient", "alipay"), ("Edg", "edge"), ("Firefox", "firefox"),
            ("Chrome", "chrome"), ("CriOS", "chrome"), ("Safari", "safari"))  # fmt: skip
OTHER = "other"


def device_of(user_agent: str) -> str:
    """`android/wechat`: kind of device and browser, nothing by which one person could be told from another."""
    return f"{_first(SYSTEMS, user_agent)}/{_first(BROWSERS, user_agent)}"


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((code for mark, code in known if mark in text), OTHER)
