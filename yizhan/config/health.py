"""Is it alive, is it ready, how is it doing: for supervisors, balancers and Prometheus."""

from ipaddress import ip_address

from django.conf import settings
from django.db import Error, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from yizhan.config.state import KernelState, read_state
from yizhan.kernel.api import access

READY_LAG_SECONDS = 60.0


@access.public
@never_cache
@require_GET
def livez(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@access.public
@never_cache
@require_GET
def readyz(_request: HttpRequest) -> JsonResponse:
    """The database answers and nothing has been due for a minute; 503 otherwise."""
    try:
        state = read_state()
    except Error:
        connection.close()
        return JsonResponse({"database": False}, status=503)
    checks = {
        "database": True,
        "outbox": state.outbox_lag_s <= READY_LAG_SECONDS,
        "timers": state.timer_lag_s <= READY_LAG_SECONDS,
        "sealer": state.unsealed_age_s <= 2 * READY_LAG_SECONDS,
    }
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


@access.public
@never_cache
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Gauges in Prometheus' text form; no personal data, and still nobody's business outside of the operator's."""
    if not _is_the_operators(request):
        raise Http404
    registry = CollectorRegistry()
    state = read_state()
    for name, (help_text, value) in _gauges(state).items():
        Gauge(f"yizhan_{name}", help_text, registry=registry).set(value)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _is_the_operators(request: HttpRequest) -> bool:
    """By the token; where there is none, from this very machine, and not through a balancer on it."""
    token = settings.YIZHAN_METRICS_TOKEN
    if token:
        return constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}")
    is_passed_on = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return not is_passed_on and is_loopback(request.META.get("REMOTE_ADDR", ""))


def is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _gauges(state: KernelState) -> dict[str, tuple[str, float]]:
    return {
        "outbox_ready": ("Deliveries that are due", state.outbox_ready),
        "outbox_parked": ("Deliveries that wait for a person", state.outbox_parked),
        "outbox_lag_seconds": ("Age of the oldest due delivery", state.outbox_lag_s),
        "timers_pending": ("Timers set", state.timers),
        "timers_parked": ("Timers that failed too often", state.timers_parked),
        "timer_lag_seconds": ("How late the oldest due timer is", state.timer_lag_s),
        "audit_unsealed_age_seconds": ("Age of the oldest audit line without a seal", state.unsealed_age_s),
        "facts_total": ("Facts published so far", state.facts),
    }
