"""Opening files and documents, and the public pages that tell a genuine document."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from yizhan.documents import api as documents
from yizhan.documents.web.forms import CodeForm, OriginalForm
from yizhan.kernel.api import Actor, access


@access.permission("documents.open")
@never_cache
@require_GET
def file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    return _download(documents.open_file(actor=actor_of(request), file_id=file_id))


@access.permission("documents.open")
@never_cache
@require_GET
def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    return _download(documents.document_pdf(actor=actor_of(request), document_id=document_id), as_attachment=False)


@access.public
@never_cache
@require_GET
def verify_form(request: HttpRequest) -> HttpResponse:
    """Where a code is entered by hand; asking leads to the code's own page."""
    form = CodeForm(request.GET or None)
    if form.is_bound and form.is_valid():
        found = documents.verify(form.cleaned_data["code"])
        if found.verdict is not documents.Verdict.MISTYPED:
            return redirect("documents:verify", code=found.code)
        form.refuse_code()
    return render(request, "documents/verify_form.html", {"form": form})


@access.public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """What the code proves; a PDF that is posted here is compared with the original and not kept."""
    verification = documents.verify(code)
    comparison = None
    form = OriginalForm()
    if request.method == "POST":
        form = OriginalForm(request.POST, request.FILES)
        if form.is_valid():
            comparison = _compared(code, form)
    ground = verification.ground
    context = {
        "verification": verification,
        "form": form,
        "comparison": comparison,
        "ground": (ground.english if get_language() == "en" else ground.chinese) if ground else "",
    }
    status = 200 if verification.sha256 else 404
    return render(request, "documents/verify.html", context, status=status)


@access.public
@never_cache
@require_GET
def keys(_request: HttpRequest) -> JsonResponse:
    """The public keys of all issuing organisations, so that anybody can verify without asking us."""
    published = [
        {
            "kid": key.kid,
            "alg": key.alg,
            "issuer": key.issuer,
            "organisation": str(key.organisation_id),
            "serial": key.serial,
            "x": key.public_key,
            "since": key.created_at.isoformat(),
            "until": key.until.isoformat() if key.until else None,
            "lost_from": key.lost_from.isoformat() if key.lost_from else None,
        }
        for key in documents.published_keys()
    ]
    return _published("keys", published)


@access.public
@never_cache
@require_GET
def revoked(_request: HttpRequest) -> JsonResponse:
    """Every revoked paper by its code, each as its office signed it; no word about a person."""
    return _published("revoked", documents.published_revocations())


def _published(name: str, entries: list[dict[str, Any]]) -> JsonResponse:
    head = {"as_of": timezone.now().isoformat(timespec="seconds")}
    return JsonResponse({**head, name: entries}, json_dumps_params={"ensure_ascii": False})


@dataclass(frozen=True)
class Comparison:
    name: str
    is_same: bool


def _compared(code: str, form: OriginalForm) -> Comparison:
    upload = form.cleaned_data["pdf"]
    documents.refuse_large(upload.size)
    return Comparison(name=upload.name, is_same=documents.matches_original(code=code, content=upload.read()))


def _download(opened: documents.OpenedFile, *, as_attachment: bool = True) -> HttpResponse:
    response = HttpResponse(opened.content, content_type=opened.media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment, opened.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
