"""`yizhan reach`: what is within walking distance, and the tables to check it by."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from django.utils import timezone
from django.utils.translation import gettext as _


@click.group()
def reach() -> None:
    """生活圈：从一个点走得到哪些地方。 What can be walked to."""


@reach.command("from")
@click.option(
    "--site", default=None, help="站点，不写就用覆盖这个点的最新一个 / the site, else the newest that covers the point"
)
@click.option("--lon", type=float, required=True)
@click.option("--lat", type=float, required=True)
@click.option("--datum", default="wgs84", show_default=True, help="wgs84, gcj02, bd09")
@click.option("--minutes", type=float, default=15, show_default=True)
@click.option("--profile", default="adult", show_default=True, help="adult, elder, wheels")
@click.option("--at", default=None, help="当地时间，如 2026-12-01T21:00，不写就是现在 / local time, else now")
@click.option("--json", "as_json", is_flag=True)
def from_command(site: str | None, lon: float, lat: float, datum: str, as_json: bool, **asked: Any) -> None:
    """从一个点走得到的地方，近的在前。 What can be walked to from a point, nearest first."""
    from yizhan.kernel.api import geo
    from yizhan.reach import api
    from yizhan.streets.api import get_site

    point = geo.Point(lon, lat, geo.read_datum(datum))
    circle = api.circle_from(
        point,
        minutes=asked["minutes"],
        profile=asked["profile"],
        at=_moment(asked["at"]),
        site=get_site(site) if site else None,
    )
    click.echo(json.dumps(_answer(circle), ensure_ascii=False) if as_json else _lines(circle))


def _moment(text: str | None) -> datetime:
    """A local moment without zone is the city's."""
    if text is None:
        return timezone.now()
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(_("时间请写成 2026-12-01T21:00"), param_hint="--at") from None
    return found if found.tzinfo else timezone.make_aware(found)


def _answer(circle: Any) -> dict[str, Any]:
    """`open` is null where the hours are not known, or nobody has seen the outlet for long."""
    return {
        "site": circle.site.name,
        "snapped_m": round(circle.snapped_m, 1),
        "clipped": circle.is_clipped,
        "places": [
            {
                "id": str(one.outlet.outlet_id),
                "name": one.outlet.name,
                "category": one.outlet.category,
                "seconds": one.seconds,
                "open": {"open": True, "closed": False}.get(circle.opening(one).value),
            }
            for one in circle.within
        ],
        "circle": circle.outline,
        "is_sample": circle.site.is_sample,
        "attribution": circle.site.attribution,
    }


def _lines(circle: Any) -> str:
    words = {"open": _("开着"), "closed": _("关着"), "unknown": _("营业时间未知")}
    lines = [
        _("{site}：{minutes:g} 分钟走得到 {count} 处").format(
            site=circle.site.name, minutes=circle.minutes, count=len(circle.within)
        )
    ]
    if circle.is_clipped:
        lines.append(_("路网到这里为止，圈外可能还有。"))
    for one in circle.within:
        opening = words[circle.opening(one).value]
        lines.append(f"{one.seconds / 60:5.1f}  {one.outlet.title}  {one.outlet.category}  {opening}")
    return "\n".join(lines)


@reach.command("backdrop")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--site", required=True, help="站点 / the site")
@click.option("--datum", default="wgs84", show_default=True, help="wgs84, gcj02, bd09")
def backdrop_command(file: Path, site: str, datum: str) -> None:
    """从 FILE.osm.pbf 取地图上要画的水面和绿地。 Water and green for the site's map."""
    from yizhan.kernel.api import Actor, geo
    from yizhan.reach.api import import_backdrop

    count = import_backdrop(
        site=site, path=file, datum=geo.read_datum(datum), actor=Actor.system("reach.cli"), at=timezone.now()
    )
    click.echo(_("{site}：水面和绿地 {count} 处").format(site=site, count=count))


@reach.command("borders")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--datum", default="wgs84", show_default=True, help="wgs84, gcj02, bd09")
@click.option("--code", "code_field", default="code", show_default=True, help="写着社区12位编码的属性 / the property")
@click.option("--source", required=True, help="谁画的、哪一天的 / whose borders, of which day")
@click.option("--sample", "is_sample", is_flag=True, help="标为样例 / mark as a sample")
def borders_command(file: Path, datum: str, code_field: str, source: str, is_sample: bool) -> None:
    """从 FILE.geojson 取社区的边界。 Borders of communities; the bad ones come back with the reason."""
    from yizhan.kernel.api import Actor, geo
    from yizhan.reach.api import import_borders

    report = import_borders(
        path=file, datum=geo.read_datum(datum), code_field=code_field, source=source,
        actor=Actor.system("reach.cli"), at=timezone.now(), is_sample=is_sample,
    )  # fmt: skip
    for name, why in report.refused:
        click.echo(f"✗ {name}  {why}", err=True)
    click.echo(
        _("社区边界：收下 {taken} 个，退回 {refused} 个").format(taken=report.taken, refused=len(report.refused))
    )
    if report.refused:
        raise SystemExit(1)


@reach.command("export")
@click.argument("name")
@click.option("--csv", "folder", type=click.Path(file_okay=False, path_type=Path), required=True)
def export_command(name: str, folder: Path) -> None:
    """站点的三张表 nodes.csv、edges.csv、places.csv，供自行验算。 The tables to check the engine by."""
    from yizhan.kernel.api import times
    from yizhan.reach.api import export_tables

    for path in export_tables(name, folder, on=times.local_day(timezone.now())):
        click.echo(str(path))


@reach.command("count")
@click.argument("name")
def count_command(name: str) -> None:
    """重新算一遍每个住处最近的网点，住处有变动以后用。 Count the nearest outlets anew, homes as they are now."""
    from yizhan.kernel.api import Actor
    from yizhan.reach.api import count_anew, live_counts

    count_anew(site=name, actor=Actor.system("reach.cli"), at=timezone.now())
    words = _("{site}：{homes} 处住处，{outlets} 个网点，{rows} 行最近网点")
    click.echo(words.format(site=name, **live_counts(name)))
