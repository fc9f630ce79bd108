"""The product's settings with fault points: only processes that the crash tests start use them."""

from yizhan.config.settings import *  # noqa: F403
from yizhan.config.settings import INSTALLED_APPS as _APPS
from yizhan.config.settings import MIDDLEWARE as _MIDDLEWARE
from yizhan.config.settings import STORAGES as _STORAGES

INSTALLED_APPS = [*_APPS, "tests.crash"]
MIDDLEWARE = ["tests.crash.faults.KillMiddleware", *_MIDDLEWARE]
STORAGES = {**_STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
