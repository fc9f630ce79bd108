"""A page left open, or a line left hanging, does not keep the web process from ending."""

import http.client
import time

import pytest

pytestmark = pytest.mark.browser


def test_the_web_process_ends_while_a_live_page_is_open(running_city):
    line = http.client.HTTPConnection("127.0.0.1", running_city.port, timeout=20)
    line.request("GET", "/live/?t=reach.site:nanning")
    answer = line.getresponse()
    assert answer.status == 200
    assert answer.readline().startswith(b"retry")
    web = running_city.processes.pop("web")
    started = time.monotonic()
    web.terminate()
    assert web.wait(20) == 0
    assert time.monotonic() - started < 5, "it was cut off, not ended"
    line.close()
