"""For browser tests of every room: a server in a thread, axe, and what old eyes and thumbs need.

with serving() as address:              # static files from the source tree, as collected files need not be there
    page.goto(address + "/look/")
    assert serious_findings(page) == []
    assert not hangs_over(page)
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "var" / "axe" / "axe.min.js"
PLAIN_STATIC = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
SMALL_PRINT = """
minimum => [...document.querySelectorAll('body *')]
  .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
  .filter(e => e.getClientRects().length && !e.closest('.visually-hidden, .yz-skip'))
  .filter(e => parseFloat(getComputedStyle(e).fontSize) < (e.closest('.yz-day') ? 14.9 : minimum - .1))
  .map(e => `${e.tagName}.${e.className} ${getComputedStyle(e).fontSize}`)
"""
SMALL_TARGETS = """
minimum => [...document.querySelectorAll('.btn, button, .yz-row, .yz-choice, .yz-place, select, .form-control')]
  .filter(e => e.getClientRects().length && !e.closest('.yz-desktop') && e.tagName !== 'LI')
  .filter(e => e.getBoundingClientRect().height < minimum - .5)
  .map(e => `${e.tagName}.${e.className} ${e.getBoundingClientRect().height}`)
"""
CUT_OFF = """
() => {
  const aside = '.visually-hidden, .yz-skip, .yz-sample, svg'
  const seen = e => e.getClientRects().length && e.clientWidth > 1 && !e.closest(aside)
  const says = e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())
  const ruler = document.createElement('canvas').getContext('2d')
  const words = [...document.querySelectorAll('body *')]
    .filter(e => seen(e) && says(e) && !e.matches('textarea, select, option'))
    .filter(e => getComputedStyle(e).display !== 'inline' && e.scrollWidth > e.clientWidth + 1)
  const asked = [...document.querySelectorAll('input[placeholder]')].filter(seen).filter(e => {
    const style = getComputedStyle(e)
    const room = e.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
    ruler.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`
    return ruler.measureText(e.placeholder).width > room + 1
  })
  const told = e => (e.placeholder || e.textContent).trim().slice(0, 40)
  return [...words, ...asked].map(e => `${e.tagName}.${e.className} ${told(e)}`)
}
"""
WIDER_THAN_THE_WINDOW = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Say nothing: the test tells what failed."""


@contextmanager
def plain_static_files() -> Iterator[None]:
    """Pages name static files as they stand in the source tree, unhashed."""
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": PLAIN_STATIC}):
        yield


@contextmanager
def serving() -> Iterator[str]:
    """The whole site on a free port, in a thread of this process. Needs committed data, if any."""
    with plain_static_files(), override_settings(ALLOWED_HOSTS=["127.0.0.1"]):
        server = make_server("127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), _Server, _Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()


def serious_findings(page: Any) -> list[str]:
    """What axe calls serious or critical on this page, with the places."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [
        f"{finding['id']}: {[node['target'] for node in finding['nodes']]}"
        for finding in found
        if finding["impact"] in {"serious", "critical"}
    ]


def hangs_over(page: Any) -> bool:
    """True if one would have to scroll sideways."""
    return bool(page.evaluate(WIDER_THAN_THE_WINDOW))


def cut_off(page: Any) -> list[str]:
    """Words wider than what holds them, and placeholders wider than their field."""
    return list(page.evaluate(CUT_OFF))


def small_print(page: Any, minimum: float = 19) -> list[str]:
    """Text smaller than `minimum` px (15 inside day cells): none on pages of the elder version."""
    return list(page.evaluate(SMALL_PRINT, minimum))


def small_targets(page: Any, minimum: float = 60) -> list[str]:
    """Buttons, rows and fields lower than `minimum` px: 48 in the standard version, 60 in the elder one."""
    return list(page.evaluate(SMALL_TARGETS, minimum))
