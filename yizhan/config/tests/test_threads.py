"""Django in threads: what comes in reaches it as it was sent, and what it answers goes out whole."""

import asyncio
from io import BytesIO

import pytest
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.urls import path
from django.utils import translation

from yizhan.config.threads import Body, DjangoInThreads, environ
from yizhan.kernel.api import access

LIMIT = 1000


@access.public
def echo(request):
    return HttpResponse(f"{request.method} {request.path} {request.META.get('CONTENT_LENGTH')}".encode() + request.body)


@access.public
def language(request):
    before = translation.get_language()
    translation.activate("en" if "en" in request.GET else "zh-hans")
    return HttpResponse(before)


@access.public
def pieces(_request):
    return StreamingHttpResponse(iter([b"one ", b"", b"two"]), content_type="text/plain")


@access.public
def file(_request):
    return FileResponse(BytesIO(b"x" * 70_000), filename="a.bin")


urlpatterns = [path("echo/", echo), path("language/", language), path("pieces/", pieces), path("file/", file)]


@pytest.fixture
def app(settings):
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = []
    settings.ALLOWED_HOSTS = ["here"]
    return DjangoInThreads(threads=1, max_body=LIMIT)


def scope(where="/echo/", method="POST", headers=(), query=b""):
    return {
        "type": "http", "method": method, "path": where, "query_string": query, "http_version": "1.1", "scheme": "http",
        "server": ("here", 80), "client": ("10.0.0.9", 1234), "headers": [(b"host", b"here"), *headers],
    }  # fmt: skip


def ask(app, asked, *messages):
    sent, coming = [], list(messages or [{"type": "http.request", "body": b""}])

    async def receive():
        return coming.pop(0)

    async def send(message):
        sent.append(message)

    asyncio.run(app(asked, receive, send))
    return sent, coming


def text(sent):
    return b"".join(message.get("body", b"") for message in sent[1:])


@pytest.mark.django_db
def test_a_body_in_pieces_arrives_whole(app):
    headers = [(b"transfer-encoding", b"chunked")]
    parts = [{"type": "http.request", "body": b"ab", "more_body": True}, {"type": "http.request", "body": b"cd"}]
    sent, _ = ask(app, scope(headers=headers), *parts)
    assert sent[0]["status"] == 200
    assert text(sent) == b"POST /echo/ 4abcd"


@pytest.mark.django_db
def test_a_body_that_is_too_long_is_not_read(app):
    headers = [(b"content-length", str(LIMIT + 1).encode())]
    sent, coming = ask(app, scope(headers=headers), {"type": "http.request", "body": b"never looked at"})
    assert len(coming) == 1
    assert text(sent).startswith(f"POST /echo/ {LIMIT + 1}".encode())


@pytest.mark.django_db
def test_a_body_without_end_is_read_no_further_than_the_limit(app):
    headers = [(b"transfer-encoding", b"chunked")]
    parts = [{"type": "http.request", "body": b"x" * 600, "more_body": True}] * 4
    sent, coming = ask(app, scope(headers=headers), *parts)
    assert len(coming) == 2
    assert text(sent).startswith(b"POST /echo/ 1200")  # over the limit, so that whoever checks lengths refuses it


@pytest.mark.django_db
def test_who_leaves_before_the_request_is_whole_gets_no_answer(app):
    parts = [{"type": "http.request", "body": b"ab", "more_body": True}, {"type": "http.disconnect"}]
    assert ask(app, scope(), *parts)[0] == []


@pytest.mark.django_db
@pytest.mark.parametrize(("where", "whole"), [("/pieces/", b"one two"), ("/file/", b"x" * 70_000)])
def test_a_long_answer_goes_out_as_it_comes(app, where, whole):
    sent, _ = ask(app, scope(where, "GET"))
    assert text(sent) == whole
    assert sent[-1] == {"type": "http.response.body", "body": b""}
    assert [message["type"] for message in sent].count("http.response.start") == 1


@pytest.mark.django_db
def test_nothing_that_one_request_sets_is_there_for_the_next_of_the_same_thread(app):
    ask(app, scope("/language/", "GET", query=b"en"))
    assert text(ask(app, scope("/language/", "GET"))[0]) == b"zh-hans"


def test_headers_reach_django_by_their_names():
    headers = [
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"accept", b"x"),
        (b"accept", b"y"),
        (b"x_forwarded_for", b"spoofed"),
        (b"content-type", b"text/plain"),
    ]
    found = environ(scope("/中/", headers=headers), Body(BytesIO(), 0))
    assert found["HTTP_COOKIE"] == "a=1; b=2"
    assert found["HTTP_ACCEPT"] == "x,y"
    assert "HTTP_X_FORWARDED_FOR" not in found
    assert found["CONTENT_TYPE"] == "text/plain"
    assert found["PATH_INFO"].encode("latin-1").decode() == "/中/"
    assert found["REMOTE_ADDR"] == "10.0.0.9"


def test_only_http_is_served(app):
    with pytest.raises(ValueError, match="websocket"):
        ask(app, {"type": "websocket"})


def heard(forwarded, proxies):
    headers = [(b"x-forwarded-for", one.encode()) for one in forwarded]
    return environ(scope(headers=headers), Body(BytesIO(), 0), proxies)["REMOTE_ADDR"]


class TestWhoAsks:
    """Sign-ins lock and rates count by address: nobody writes his own, and a balancer is not everybody."""

    def test_without_proxies_of_ours_nobody_is_believed(self):
        assert heard(["203.0.113.7"], 0) == "10.0.0.9"

    def test_behind_a_balancer_it_is_whom_the_balancer_heard(self):
        assert heard(["203.0.113.7"], 1) == "203.0.113.7"

    def test_what_the_caller_has_put_before_counts_for_nothing(self):
        assert heard(["1.1.1.1, 203.0.113.7"], 1) == "203.0.113.7"
        assert heard(["1.1.1.1", "203.0.113.7"], 1) == "203.0.113.7"
        assert heard(["1.1.1.1, 203.0.113.7, 10.0.0.2"], 2) == "203.0.113.7"

    @pytest.mark.parametrize("forwarded", [[], [""], ["nonsense"], ["203.0.113.7:99999x"]])
    def test_what_is_no_address_is_the_peer(self, forwarded):
        assert heard(forwarded, 1) == "10.0.0.9"

    def test_a_version_six_address_is_one(self):
        assert heard(["2001:db8::7"], 1) == "2001:db8::7"


@pytest.mark.django_db
def test_head_is_answered_as_get_without_its_body(app):
    for where, length in (("/echo/", b"14"), ("/file/", b"70000")):
        (start, *rest), _ = ask(app, scope(where, "HEAD"))
        assert start["status"] == 200
        assert dict(start["headers"]).get(b"content-length", length) == length
        assert b"".join(message["body"] for message in rest) == b""
