"""A page stays open without a thread: it is told what changed, and comes back after a lost connection."""

import asyncio
import json

import psycopg
import pytest
from django.test import Client

from yizhan.kernel.api import live
from yizhan.notices.web import streaming
from yizhan.notices.web.streaming import LiveStreams


def answering(topics, status=200):
    """An application that answers as Django does at /live/."""

    async def app(scope, receive, send):
        assert (await receive())["type"] == "http.request"
        headers = [(b"yizhan-topics", " ".join(topics).encode())] if topics else []
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"from Django"})

    return app


class Browser:
    """The other end: collects what it is sent, leaves when told to."""

    def __init__(self, app, path="/live/"):
        self.sent, self.arrived, self.leaving = [], asyncio.Event(), asyncio.Event()
        self.task = asyncio.create_task(app({"type": "http", "method": "GET", "path": path}, self.receive, self.send))
        self.asked = False

    async def receive(self):
        if not self.asked:
            self.asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.leaving.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        self.sent.append(message)
        self.arrived.set()

    @property
    def text(self):
        return b"".join(message.get("body", b"") for message in self.sent).decode()

    async def hears(self, text):
        async with asyncio.timeout(10):
            while text not in self.text:
                self.arrived.clear()
                await self.arrived.wait()

    async def leave(self):
        self.leaving.set()
        await asyncio.wait_for(self.task, 10)


def notify(url, topic):
    with psycopg.connect(url, autocommit=True) as own:
        own.execute("SELECT pg_notify(%s, %s)", [live.CHANNEL, topic])


def test_two_pages_hear_of_their_own_topics_and_the_hub_closes_behind_the_last(committed_db):
    async def scene():
        app = LiveStreams(answering(["tests.bell:1", "tests.bell:2"]))
        other = LiveStreams(answering(["tests.bell:3"]))
        first, second = Browser(app), Browser(other)
        await first.hears("retry")
        await second.hears("retry")
        await asyncio.to_thread(notify, committed_db, "tests.bell:2")
        await first.hears(f"event: changed\ndata: {json.dumps(['tests.bell:2'])}\n\n")
        await first.leave()
        await second.leave()
        assert "changed" not in second.text
        assert (app.hub.count, dict(app.hub.pages), app.hub._listening) == (0, {}, None)

    asyncio.run(scene())


def test_after_a_lost_connection_every_page_looks_again(committed_db, owner_url):
    async def scene():
        page = Browser(LiveStreams(answering(["tests.bell:1"])))
        await page.hears("retry")
        await asyncio.to_thread(cut_the_listener)
        await page.hears("event: changed")
        await asyncio.to_thread(notify, committed_db, "tests.bell:1")
        await page.leave()

    def cut_the_listener():
        with psycopg.connect(owner_url.replace("yizhan_owner@", "postgres@"), autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN yizhan_live%'"
            )

    asyncio.run(scene())


@pytest.mark.parametrize(("topics", "status"), [([], 404), ([], 302), (["tests.bell:1"], 404)])
def test_what_django_refuses_is_passed_on_as_it_is(topics, status):
    async def scene():
        page = Browser(LiveStreams(answering(topics, status)))
        await asyncio.wait_for(page.task, 10)
        assert (page.sent[0]["status"], page.text) == (status, "from Django")

    asyncio.run(scene())


def test_a_full_process_says_so(committed_db, monkeypatch):
    monkeypatch.setattr(streaming, "MAX_STREAMS", 0)

    async def scene():
        page = Browser(LiveStreams(answering(["tests.bell:1"])))
        await asyncio.wait_for(page.task, 10)
        assert page.sent[0]["status"] == 503

    asyncio.run(scene())


def test_a_stream_ends_after_its_lifetime_so_that_rights_are_asked_again(committed_db, monkeypatch):
    monkeypatch.setattr(streaming, "LIFETIME_S", 0.05)

    async def scene():
        page = Browser(LiveStreams(answering(["tests.bell:1"])))
        await asyncio.wait_for(page.task, 10)
        assert page.sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}

    asyncio.run(scene())


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "?t=matters.case:1", "?t=nothing", "?t=%00", "?t=matters.case:" + "x" * 4000])
def test_a_stranger_follows_nothing(query):
    assert Client().get(f"/live/{query}").status_code == 404


def test_the_end_of_the_process_lets_the_open_pages_go_and_takes_no_new_ones(committed_db):
    async def scene():
        app = LiveStreams(answering(["tests.bell:1"]))
        first = Browser(app)
        await first.hears("retry")
        app.hub.end()
        await asyncio.wait_for(first.task, 10)
        late = Browser(app)
        await asyncio.wait_for(late.task, 10)
        assert first.sent[-1]["more_body"] is False
        assert late.sent[0]["status"] == 503

    asyncio.run(scene())
