"""`yizhan places`: outlets from OpenStreetMap files."""

import csv
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.utils import timezone
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from yizhan.places.api import ImportReport


@click.group()
def places() -> None:
    """网点：从 OpenStreetMap 文件导入，列出已有的。 Outlets."""


@places.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--site", required=True, help="站点，先用 yizhan streets import 建好 / the site, made by streets import")
@click.option("--datum", default="wgs84", show_default=True, help="wgs84, gcj02, bd09")
@click.option("--seen-on", type=click.DateTime(["%Y-%m-%d"]), help="数据是哪一天的 / the day of the data")
@click.option("--community", default="", help="都算在这个社区（12 位代码） / all in this community")
@click.option("--sample", is_flag=True, help="样例数据 / sample data")
@click.option("--refused", type=click.Path(dir_okay=False, path_type=Path), help="退回的行写到这里 / refused rows")
def import_command(file: Path, site: str, datum: str, seen_on: datetime | None, community: str, **more: Any) -> None:
    """把 FILE.osm.pbf 里的网点录进站点；已有的更新，人工写过的不动。"""
    from yizhan.kernel.api import Actor, geo, progress
    from yizhan.places.api import import_outlets, read_osm
    from yizhan.streets.api import get_site

    get_site(site)
    click.echo(_("读取 {file} …").format(file=file.name), err=True)
    read = read_osm(file, geo.read_datum(datum), community)
    with progress.bar(_("对照 {count} 个网点").format(count=len(read.rows))) as show:
        report = import_outlets(
            rows=read.rows,
            site=site,
            actor=Actor.system("places.cli"),
            at=timezone.now(),
            source="osm",
            is_sample=more["sample"],
            seen_on=seen_on.date() if seen_on else None,
            progress=show,
        )
    _say(report, len(read.without_hours))
    if seen_on is None:
        click.echo(_("没有写 --seen-on，“最近见到”按今天算。"), err=True)
    if more["refused"]:
        _write_refused(report, more["refused"])


def _say(report: "ImportReport", without_hours: int) -> None:
    from yizhan.places.api import say_fault

    words = _("{site}：新增 {opened}，更新 {changed}，没有变 {unchanged}，人工写过不动 {kept}，退回 {refused}")
    click.echo(
        words.format(
            site=report.site,
            opened=report.opened,
            changed=report.changed,
            unchanged=report.unchanged,
            kept=report.kept,
            refused=len(report.refused),
        )
    )
    if without_hours:
        click.echo(_("营业时间看不懂、先空着的：{count}").format(count=without_hours))
    by_trouble = Counter(one.fault.trouble for one in report.refused)
    for trouble, count in by_trouble.most_common():
        first = next(one for one in report.refused if one.fault.trouble == trouble)
        click.echo(f"  {count} × {say_fault(first.fault)}（{first.row.ref or first.number}）")


def _write_refused(report: "ImportReport", path: Path) -> None:
    from yizhan.places.api import csv_cell, say_fault

    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "ref", "name", "category", "lon", "lat", "reason"])
        for one in report.refused:
            row = one.row
            cells = [one.number, row.ref, row.name, row.category, row.lon, row.lat, say_fault(one.fault)]
            writer.writerow([csv_cell(cell) for cell in cells])


@places.command("list")
def list_command() -> None:
    """有网点的站点：多少个，待核实多少，十二类里有几类。"""
    from yizhan.places.api import BASIC_TWELVE, outlets_of, sites_with_outlets

    today = timezone.localdate()
    for site in sites_with_outlets():
        standing = outlets_of(site, on=today)
        basic = {one.category for one in standing} & set(BASIC_TWELVE)
        click.echo(
            f"{site}\t{_('{count} 个网点').format(count=len(standing))}\t"
            f"{_('待核实 {count}').format(count=sum(one.is_to_verify for one in standing))}\t"
            f"{_('基本保障 12 类有 {count} 类').format(count=len(basic))}"
        )
