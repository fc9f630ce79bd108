"""How the web process keeps what it needs, and lets go when it is told to end."""

import http.client
import time
import urllib.request
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.browser


def test_requests_keep_their_connections_to_the_database(running_city, test_server):
    worker = running_city.processes.pop("worker")
    worker.terminate()
    assert worker.wait(20) == 0
    ask(running_city, 20)
    with test_server.admin() as admin:
        first = connected(admin, running_city)
        ask(running_city, 20)
        assert first & connected(admin, running_city), "each request made a connection of its own"


def ask(city, times):
    for _ in range(times):
        with urllib.request.urlopen(f"{city.address}/readyz", timeout=10) as answer:
            assert answer.status == 200


def connected(admin, city):
    name = urlsplit(city.database_url).path.lstrip("/")
    rows = admin.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", [name]).fetchall()
    return {pid for (pid,) in rows}


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
