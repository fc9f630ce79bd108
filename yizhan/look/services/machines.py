"""What a machine gets instead of pages: problems (RFC 9457), entity tags, keys that make a repeat harmless, cursors.

No word of any room: rooms' `rest` packages and the edge of the API use it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, TypeVar

from annotated_types import Ge, Le
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Actor, BadInput, Refusal, idempotency

View = TypeVar("View", bound=Callable[..., Any])
PROBLEM = "application/problem+json"
# The kind of a problem is its code; the page about codes is in the documentation.
TYPES = "urn:yizhan:problem:"
# RFC 9457: the title is that of the kind. One for each status that the API answers with.
TITLES: Mapping[int, str | Promise] = {
    400: _("请求看不懂"),
    401: _("没有有效的令牌"),
    403: _("没有权限"),
    404: _("没有找到"),
    405: _("这个地址不支持这种方法"),
    409: _("现在不能这样做"),
    412: _("对方已经改过"),
    413: _("内容太大"),
    415: _("不支持这种内容类型"),
    422: _("内容需要改正"),
    428: _("缺少前提条件"),
    429: _("请求太频繁"),
    500: _("系统出错"),
    503: _("暂时不能服务"),
}
KEY, MATCH, NONE_MATCH = "Idempotency-Key", "If-Match", "If-None-Match"
LONGEST_CURSOR = 400
# How many of a list at once.
Limit = Annotated[int, Ge(1), Le(200)]


class KeyMissing(BadInput):
    code = "look.idempotency_key_missing"
    message = _("请带上 Idempotency-Key 请求头（1到255个可见字符，每次新的提交用新的），重发同一次提交时用同一个。")


class KeyUsedForAnother(Refusal):
    code = "look.idempotency_key_reused"
    status = 422
    message = _("这个 Idempotency-Key 已经用别的内容交过。新的提交请用新的键；重发请原样重发。")


class MatchMissing(Refusal):
    code = "look.if_match_missing"
    status = 428
    message = _("请带上 If-Match 请求头，写您上次读到的 ETag，免得盖掉别人的改动。")


class Stale(Refusal):
    code = "look.stale"
    status = 412
    message = _("您读过以后，这里已经有了新的变化。请重新读取，看过再办。")


class CursorRefused(BadInput):
    code = "look.cursor"
    message = _("cursor 请原样使用上一页给出的值；从头开始就不要带它。")


# ── what an operation says of itself ──


@dataclass(frozen=True)
class Told:
    """In the reader's words what an operation does, and the request headers that it looks at."""

    words: str | Promise
    wants: tuple[str, ...]


def told(words: str | Promise, *wants: str) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.yizhan_told = Told(words, wants)  # type: ignore[attr-defined]
        return view

    return mark


def told_of(view: Callable[..., Any]) -> Told:
    found: Told = getattr(view, "yizhan_told", Told("", ()))
    return found


# ── problems ──


def problem(
    status: int, code: str, detail: str | Promise, *, headers: Mapping[str, str] | None = None, **more: Any
) -> HttpResponse:
    """A problem document in the reader's language. `more` are members of its own, as `errors`."""
    body = {
        "type": TYPES + code,
        "title": str(TITLES.get(status, TITLES[500])),
        "status": status,
        "detail": str(detail),
        "code": code,
        **more,
    }
    response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False}, content_type=PROBLEM)
    response["Content-Language"] = get_language() or "zh-hans"
    response["Cache-Control"] = "no-store"
    for name, value in (headers or {}).items():
        response[name] = value
    return response


class FieldError(Protocol):
    """One field that has to be mended, told in the reader's language."""

    @property
    def field(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def message(self) -> str: ...


def problem_of(refusal: Refusal, *, within: str = "body") -> HttpResponse:
    """Its text, its code, its status; what fills the text comes as `facts`, plain values without personal data.

    A refusal of several fields has them as `errors`: FieldErrors, which stand `within` this part of the request.
    """
    more: dict[str, Any] = {}
    if refusal.facts:
        more["facts"] = {name: _plain(value) for name, value in refusal.facts.items()}
    wrong: Iterable[FieldError] = getattr(refusal, "errors", ())
    if errors := [{"at": f"{within}.{one.field}", "code": one.code, "text": one.message} for one in wrong]:
        more["errors"] = errors
    return problem(refusal.status, refusal.code, refusal.text, **more)


def _plain(value: object) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if isinstance(value, bool | int | float) or value is None else str(value)


# ── entity tags ──


def entity_tag(*parts: object) -> str:
    """Changes with any of the parts."""
    digest = hashlib.sha256("|".join(str(part) for part in parts).encode()).hexdigest()
    return f'"{digest[:24]}"'


def _tags(header: str) -> frozenset[str]:
    """Whoever compresses an answer on its way makes its tag weak (RFC 9110, 8.8.1); it still names the same state."""
    return frozenset(one.strip().removeprefix("W/") for one in header.split(",") if one.strip())


def is_unchanged(request: HttpRequest, tag: str) -> bool:
    """Whether the caller has this very state already."""
    return not {tag, "*"}.isdisjoint(_tags(request.headers.get(NONE_MATCH, "")))


class Match:
    """What a change was based on: the tags that the caller has read."""

    def __init__(self, request: HttpRequest) -> None:
        self.tags = _tags(request.headers.get(MATCH, ""))
        if not self.tags:
            raise MatchMissing

    def check(self, *tags: str) -> None:
        """Raises Stale where the caller has read another state than that of `tags`, which are one in each language.

        `*` would be no condition, and is none here.
        """
        if self.tags.isdisjoint(tags):
            raise Stale


# ── a repeat does nothing ──


def once(request: HttpRequest, actor: Actor, action: Callable[[], dict[str, Any]]) -> tuple[dict[str, Any], bool]:
    """The answer of `action`, or the first answer to this key, and whether it is the first one's.

    Raises KeyMissing, KeyUsedForAnother.
    """
    key = request.headers.get(KEY, "")
    if not (1 <= len(key) <= idempotency.MAX_KEY and key.isascii() and key.isprintable()):
        raise KeyMissing
    seal = hashlib.sha256()
    for part in (request.method or "", request.get_full_path(), request.headers.get("Content-Type", "")):
        seal.update(part.encode() + b"\n")
    seal.update(request.body)
    is_new = False

    def first() -> dict[str, Any]:
        nonlocal is_new
        is_new = True
        return action()

    try:
        answer = idempotency.once(actor, key, seal.hexdigest(), first)
    except idempotency.KeyReused:
        raise KeyUsedForAnother from None
    return answer, not is_new


# ── pages of a list ──


def cursor_of(*parts: str) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read_cursor(text: str, count: int) -> tuple[str, ...]:
    """The parts that `cursor_of` was given. Raises CursorRefused for anything else."""
    try:
        padded = text + "=" * (-len(text) % 4)
        parts = json.loads(base64.urlsafe_b64decode(padded.encode("ascii"))) if len(text) <= LONGEST_CURSOR else None
    except (ValueError, binascii.Error):
        raise CursorRefused from None
    if not isinstance(parts, list) or len(parts) != count or not all(isinstance(one, str) for one in parts):
        raise CursorRefused
    return tuple(parts)
