"""The office's list as a whole: giving cases to an examiner, and taking the list away as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from yizhan.clocks import api as clocks
from yizhan.kernel.api import Actor, Refusal, access, times
from yizhan.look.api import mask_name
from yizhan.matters import api as matters
from yizhan.matters.web.queue import wanted_of
from yizhan.people import api as people

MOST_EXPORTED = 5000
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


class NothingChosen(Refusal):
    code = "matters.nothing_chosen"
    status = 422
    message = gettext_lazy("请先勾选要转办的件，再选审批员。")


@access.permission("matters.assign")
@require_POST
def assign(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    chosen, to = _uuids(request.POST.getlist("case")), _uuids([request.POST.get("to", "")])
    if not chosen or not to:
        raise NothingChosen
    done = matters.assign_cases(actor=actor, case_ids=chosen, examiner_id=to[0], at=timezone.now())
    card = people.staff_card(staff_id=to[0])
    name = card.name if card and done.done else ""
    back = f"{reverse('matters:office')}{_query_of(request.POST.get('back', ''))}"
    if done.refused:
        return render(request, "matters/office_assigned.html", {"result": done, "name": name, "back": back}, status=409)
    words = ngettext("{count} 件转给了{name}。", "{count} 件转给了{name}。", done.done)
    messages.success(request, words.format(count=done.done, name=name))
    return redirect(back)


def _uuids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _query_of(text: str) -> str:
    """Back to the same list; nothing but a query comes from the form."""
    return text if text.startswith("?") and len(text) < 600 and "\n" not in text and "\r" not in text else ""


@access.permission("matters.office")
@never_cache
@require_GET
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The list as it is filtered, row by row; names masked, no numbers, no phones, no addresses."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = timezone.now()
    rows = matters.queue_rows(actor, wanted_of(request.GET), most=MOST_EXPORTED, now=now)
    lines = _spoken(_lines(rows), get_language() or "zh-hans")
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="office-{times.local_day(now).isoformat()}.csv"'
    return answer


def _spoken(lines: Iterator[bytes], language: str) -> Iterator[bytes]:
    """Each line in the reader's language, though it is written when the request is long answered."""
    while True:
        with override(language):
            line = next(lines, None)
        if line is None:
            return
        yield line


def _lines(rows: Iterator[matters.CaseRow]) -> Iterator[bytes]:
    heads = (
        _("办件编号"),
        _("事项"),
        _("申请人"),
        _("环节"),
        _("灯"),
        _("到期"),
        _("收件窗口"),
        _("承办单位"),
        _("经办"),
    )
    # Spreadsheets take a file for UTF-8 only with this mark.
    yield b"\xef\xbb\xbf" + _line(heads)
    for row in rows:
        light = str(clocks.light_view(row.light).word) if row.light else ""
        due = row.due_on.isoformat() if row.due_on else ""
        yield _line(
            (
                row.reference,
                row.item_name,
                mask_name(row.applicant_name),
                row.state_word,
                light,
                due,
                row.desk,
                row.office,
                row.examiner,
            )
        )


def _line(values: tuple[str, ...]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow([_harmless(value) for value in values])
    return buffer.getvalue().encode()


def _harmless(value: str) -> str:
    """Text that a spreadsheet shows and does not carry out."""
    return f"'{value}" if value.startswith(_FORMULA) else value
