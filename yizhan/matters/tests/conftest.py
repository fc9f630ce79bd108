"""What holds after everything that is done with cases."""

import pytest

from yizhan.matters.testing import assert_moments_are_kept


@pytest.fixture
def moments_are_kept(db):
    """Whatever a test did with cases: those that are open keep the moments of their clocks."""
    yield
    assert_moments_are_kept()
