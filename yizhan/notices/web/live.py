"""Which open pages may hear of what; the stream itself is held open by `streaming`."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from yizhan.kernel.api import access, live
from yizhan.notices.web.streaming import TOPICS

MAX_TOPICS = 60


@access.public
@never_cache
@require_GET
def stream(request: HttpRequest) -> HttpResponse:
    """`?t=` for each name that the page follows; those that this reader may not see are left out, like absent ones."""
    names = list(dict.fromkeys(request.GET.getlist("t")))[:MAX_TOPICS]
    topics = live.followable(request.actor, names)  # type: ignore[attr-defined]
    if not topics:
        raise Http404
    return HttpResponse("retry: 2000\n\n", content_type="text/event-stream", headers={TOPICS: " ".join(topics)})
