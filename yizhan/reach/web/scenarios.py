"""A planner's scenarios: drawing one, and the figures before and after it."""

from fractions import Fraction
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yizhan.kernel.api import Actor, Refusal, access, geo
from yizhan.look.api import AccessibleForm, MapView
from yizhan.places import api as places
from yizhan.reach.permissions import PLAN
from yizhan.reach.queries.coverage import NoHomesHere, sites_with_homes
from yizhan.reach.queries.nearest import outlets_named
from yizhan.reach.queries.scenarios import ChangeView, Effect, ScenarioView, effects, get_scenario, own_scenarios
from yizhan.reach.rules.coverage import Figure
from yizhan.reach.rules.scenarios import ChangeKind
from yizhan.reach.services import scenarios as services
from yizhan.reach.web.forms import PointForm
from yizhan.reach.web.planning_presenting import PROFILES, Share, minutes_text, names_of, residents
from yizhan.streets import api as streets

_FOUND = 20


class ScenarioForm(AccessibleForm):
    name = forms.CharField(label=gettext_lazy("方案名称"), max_length=60)
    profile = forms.ChoiceField(label=gettext_lazy("按谁的步速算"), choices=())
    site = forms.ChoiceField(label=gettext_lazy("站点"), choices=())

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["profile"].choices = [(one, streets.title_of(one)) for one in PROFILES]  # type: ignore[attr-defined]
        self.fields["site"].choices = [(one.name, one.title) for one in sites_with_homes()]  # type: ignore[attr-defined]


class OpenForm(PointForm):
    category = forms.ChoiceField(label=gettext_lazy("开一家什么"), choices=())
    field_order = ("category", "lon", "lat", "datum")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        found = [(one.code, places.title_of(one.code)) for one in places.categories() if one.is_leaf]
        self.fields["category"].choices = found  # type: ignore[attr-defined]


@access.permission(PLAN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def scenarios(request: HttpRequest) -> HttpResponse:
    """The planner's own, and a new one."""
    sites = sites_with_homes()
    if not sites:
        raise NoHomesHere
    form = ScenarioForm(request.POST or None, initial={"site": sites[0].name, "profile": "adult"})
    if request.method == "POST" and form.is_valid():
        made = services.create_scenario(**form.cleaned_data, actor=_actor(request), at=timezone.now())
        return redirect("reach:scenario", made.scenario_id)
    context = {"form": form, "scenarios": own_scenarios(_actor(request))}
    return render(request, "reach/scenarios.html", context, status=422 if form.is_bound else 200)


@access.permission(PLAN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def scenario(request: HttpRequest, scenario_id: UUID) -> HttpResponse:
    """One scenario: its steps, another step, before and after."""
    actor = _actor(request)
    found = get_scenario(scenario_id, actor=actor)
    form = OpenForm(request.POST or None, initial={"datum": "wgs84"})
    if request.method == "POST" and form.is_valid():
        refusal = _taken(form, request.POST.get("outlet", ""), found, actor)
        if refusal is None:
            return redirect("reach:scenario", scenario_id)
        form.add_error(None, refusal.text)
    context = _context(found, form, request.GET.get("q", "").strip()[:40])
    return render(request, "reach/scenario.html", context, status=422 if form.is_bound else 200)


def _taken(form: OpenForm, outlet: str, found: ScenarioView, actor: Actor) -> Refusal | None:
    """Open what the form says, or move the outlet that is named there; why not, in words."""
    point: geo.Point = form.point()
    try:
        if outlet:
            services.move_on_paper(
                scenario_id=found.scenario_id, outlet_id=UUID(outlet), point=point, actor=actor, at=timezone.now()
            )
        else:
            services.open_on_paper(
                scenario_id=found.scenario_id, category=form.cleaned_data["category"], point=point, actor=actor
            )
    except Refusal as refusal:
        return refusal
    except ValueError:
        return places.OutletNotFound()
    return None


@access.permission(PLAN)
@require_POST
def close(request: HttpRequest, scenario_id: UUID, outlet_id: UUID) -> HttpResponse:
    services.close_on_paper(scenario_id=scenario_id, outlet_id=outlet_id, actor=_actor(request), at=timezone.now())
    return redirect("reach:scenario", scenario_id)


@access.permission(PLAN)
@require_POST
def take_back(request: HttpRequest, scenario_id: UUID, change_id: int) -> HttpResponse:
    services.take_back(scenario_id=scenario_id, change_id=change_id, actor=_actor(request))
    return redirect("reach:scenario", scenario_id)


@access.permission(PLAN)
@require_POST
def drop(request: HttpRequest, scenario_id: UUID) -> HttpResponse:
    services.drop_scenario(scenario_id=scenario_id, actor=_actor(request))
    return redirect("reach:scenarios")


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


# ── as the page shows it ──


def _context(found: ScenarioView, form: OpenForm, wanted: str) -> dict[str, object]:
    moved = form.data.get("outlet", "") if form.is_bound else ""
    return {
        "scenario": found,
        "who": streets.title_of(found.profile),
        "steps": [{"change": one, "text": step_text(one)} for one in found.changes],
        "effects": [_shown(one) for one in effects(found)],
        "form": form,
        "wanted": wanted,
        "found": outlets_named(found.site, wanted, most=_FOUND, on=timezone.localdate()) if wanted else (),
        "moved": moved,
        "map": MapView(
            src=_map_address(found),
            label=_("在地图上点一个位置"),
            pick_lon="#id_lon",
            pick_lat="#id_lat",
            pick_datum="#id_datum",
        ),
    }


def _map_address(found: ScenarioView) -> str:
    kind = found.changes[-1].category if found.changes else places.BASIC_TWELVE[0]
    return f"{reverse('reach:city_map')}?site={found.site}&kind={kind}&profile={found.profile}"


def step_text(one: ChangeView) -> str:
    kind = places.title_of(one.category)
    words = {
        ChangeKind.OPEN: _("新开一家{kind}"),
        ChangeKind.CLOSE: _("关掉{title}（{kind}）"),
        ChangeKind.MOVE: _("把{title}（{kind}）搬走"),
    }
    return words[one.kind].format(kind=kind, title=one.title)


def _shown(effect: Effect) -> dict[str, object]:
    names = names_of(effect.before)
    return {
        "title": places.title_of(effect.category),
        "minutes": f"{effect.minutes.normalize():f}",
        "gained": residents(effect.walks.gained),
        "lost": residents(effect.walks.lost),
        "shorter": residents(effect.walks.shorter),
        "longer": residents(effect.walks.longer),
        "rows": [
            _row(names[code], effect.before[code][effect.category], effect.after[code][effect.category])
            for code in effect.before
        ],
    }


def _row(name: str, before: Figure, after: Figure) -> dict[str, object]:
    change = (after.share or Fraction(0)) - (before.share or Fraction(0))
    return {
        "name": name,
        "before": Share(before.share),
        "after": Share(after.share),
        "change": f"{float(change * 100):+.1f}" if change else "—",
        "minutes_before": minutes_text(before.mean_minutes),
        "minutes_after": minutes_text(after.mean_minutes),
        "is_changed": before != after,
    }
