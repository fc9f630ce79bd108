"""Pages are drawn from the source tree: no collected, hashed files are needed."""

import pytest

from yizhan.look.testing import plain_static_files


@pytest.fixture(scope="session", autouse=True)
def _plain_static_files():
    with plain_static_files():
        yield
