"""Pages are rendered here without a gathered folder of static files."""

import pytest


@pytest.fixture(autouse=True)
def _plain_static_files(settings) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
