"""One key, one effect: the first answer is stored in the transaction of its effect and given again."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.actors import Actor
from yizhan.kernel.errors import Refusal
from yizhan.kernel.models import IdempotencyKey
from yizhan.kernel.prepared import prepared_cursor
from yizhan.kernel.times import utc_now

MAX_KEY = 255


class KeyReused(Refusal):
    code = "kernel.key_reused"
    status = 422
    message = _("这张表已经用别的内容交过一次。请刷新页面，再填一次。")


@transaction.atomic
def once(actor: Actor, key: str, fingerprint: str, action: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Run `action` for a new (actor, key) and remember its answer; a repeated call gets that answer.

    `fingerprint` stands for the request's content: another content under the same key raises KeyReused. A second
    call that comes while the first runs waits for it. If the first is refused or fails, nothing is remembered.
    """
    if not 1 <= len(key) <= MAX_KEY:
        raise KeyReused
    with prepared_cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO kernel_idempotencykey (scope, key, fingerprint, created_at) VALUES (%s, %s, %s, %s)
            ON CONFLICT (scope, key) DO NOTHING RETURNING id
            """,
            [actor.key, key, fingerprint, utc_now()],
        )
        inserted = cursor.fetchone()
    if inserted is None:
        first = IdempotencyKey.objects.get(scope=actor.key, key=key)
        if first.fingerprint != fingerprint:
            raise KeyReused
        return cast(dict[str, Any], first.answer)
    answer = action()
    with prepared_cursor() as cursor:
        text = json.dumps(answer, ensure_ascii=False)
        cursor.execute("UPDATE kernel_idempotencykey SET answer = %s::jsonb WHERE id = %s", [text, inserted[0]])
    return answer


def forget(*, before: datetime, limit: int) -> int:
    """Delete keys that were used before the moment, the oldest first; who repeats such an act, acts anew."""
    oldest = IdempotencyKey.objects.filter(created_at__lt=before).order_by("created_at")
    return IdempotencyKey.objects.filter(pk__in=list(oldest.values_list("pk", flat=True)[:limit])).delete()[0]
