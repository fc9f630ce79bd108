"""The web process's entry: static files before Django, open live pages beside it, everything else through it."""

import os
import re
import signal
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yizhan.config.settings")

from django.conf import settings
from servestatic import ServeStaticASGI

from yizhan.config.collector import settle_collector
from yizhan.config.env import env
from yizhan.config.threads import DjangoInThreads

_django = DjangoInThreads(threads=env().web_threads, max_body=settings.MAX_BODY_BYTES, proxies=env().proxies)

from yizhan.notices.web.streaming import LiveStreams  # noqa: E402

# "look/tokens.3f2a91c07b5e.css": a name that changes with its content may be kept for ever.
_HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")


def _protect(headers: Any, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"


settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
application = ServeStaticASGI(
    LiveStreams(_django, ends_with=(signal.SIGTERM, signal.SIGINT)),
    root=settings.STATIC_ROOT,
    prefix=settings.STATIC_URL,
    immutable_file_test=_HASHED.pattern,
    allow_all_origins=False,
    add_headers_function=_protect,
)

settle_collector()
