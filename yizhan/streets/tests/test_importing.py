"""Files become networks, or are refused and change nothing."""

import pytest

from yizhan.streets.api import FileNotTaken, get_site, network
from yizhan.streets.testing import Sketch, bring_in, grid_city
from yizhan.streets.tests.conftest import REAL, real_file

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", REAL)
def test_real_extract(name: str) -> None:
    import time

    t = time.time()
    site = bring_in(real_file(name), name)
    print(site, time.time() - t)
    net = network(site)
    for k, a in net.arrays.items():
        print(k, a.dtype, a.shape, a.nbytes)
    import numpy as np

    print(np.bincount(net.arrays["component"])[:10])
