"""On the spot: a community worker says what he sees, with a photo from the phone."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yizhan.documents import api as documents
from yizhan.kernel.api import Actor, Refusal, Subject, access
from yizhan.places import api
from yizhan.places.queries import lists
from yizhan.places.web.asking import actor_of, posted, today
from yizhan.places.web.forms import VerifyForm
from yizhan.places.web.outlet import page_of


@access.permission("places.verify_outlet")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, outlet_id: UUID) -> HttpResponse:
    actor = actor_of(request)
    detail = lists.outlet_detail(outlet_id, on=today())
    access.require(actor, "places.verify_outlet", detail.view.community or None)
    form = VerifyForm(*posted(request), actor=actor, detail=detail)
    if request.method == "POST" and form.is_valid():
        try:
            _verified(outlet_id, form, actor)
        except documents.FileRefused as refusal:
            form.add_error("photo", refusal.text)
        except Refusal as refusal:
            form.add_error(None, refusal.text)
        else:
            messages.success(request, _("核实好了。"))
            return redirect("places:outlet", outlet_id)
    status = 422 if form.is_bound and form.errors else 200
    page = page_of(detail, actor, timezone.now())
    return render(request, "places/verify.html", {"form": form, "page": page, "outlet": detail.view}, status=status)


@transaction.atomic
def _verified(outlet_id: UUID, form: VerifyForm, actor: Actor) -> None:
    """Photo and visit together, or neither."""
    said = form.cleaned_data
    photo = said.get("photo")
    api.verify_outlet(
        outlet_id=outlet_id,
        is_standing=said["is_standing"] == "yes",
        photo_id=_stored(outlet_id, photo, actor) if photo else None,
        words=said["note"],
        community=said.get("community", ""),
        agrees_with_claim={"yes": True, "no": False}.get(said.get("claim", "")),
        actor=actor,
        at=timezone.now(),
    )


def _stored(outlet_id: UUID, photo: Any, actor: Actor) -> UUID:
    documents.refuse_large(photo.size or 0)
    kept = documents.store(
        content=photo.read(),
        media_type=photo.content_type or "",
        name=photo.name or "",
        subject=Subject(api.OUTLET, str(outlet_id)),
        actor=actor,
    )
    return kept.id
