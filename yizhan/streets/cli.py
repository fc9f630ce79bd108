"""`yizhan streets`: walking networks from OpenStreetMap files."""

from pathlib import Path

import click
from django.utils import timezone
from django.utils.translation import gettext as _


@click.group()
def streets() -> None:
    """步行路网：从 OpenStreetMap 文件建立，列出已有的。 Walking networks."""


@streets.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", required=True, help="站点的名字 / the site")
@click.option("--title", default="", help="页面上怎么叫 / what people read")
@click.option("--datum", default="wgs84", show_default=True, help="wgs84, gcj02, bd09")
@click.option("--attribution", default=None, help="数据来源的署名 / who made the data")
@click.option("--sample", is_flag=True, help="样例数据 / sample data")
@click.option("--may-shrink", is_flag=True, help="新路网可以小得多 / the new network may be much smaller")
def import_command(file: Path, name: str, title: str, datum: str, attribution: str | None, **flags: bool) -> None:
    """把 FILE.osm.pbf 建成站点的下一版路网，检查好后一次换上。"""
    from yizhan.kernel.api import Actor, geo, progress
    from yizhan.streets.api import OSM_ATTRIBUTION, import_network

    with progress.bar(_("读取")) as show:
        site = import_network(
            name=name,
            title=title,
            path=file,
            datum=geo.read_datum(datum),
            actor=Actor.system("streets.cli"),
            at=timezone.now(),
            attribution=OSM_ATTRIBUTION if attribution is None else attribution,
            is_sample=flags["sample"],
            may_shrink=flags["may_shrink"],
            progress=show,
        )
    click.echo(
        _("{name} 第 {version} 版：{nodes} 个节点，{edges} 条路段，{parts} 片").format(
            name=site.name, version=site.version, nodes=site.nodes, edges=site.edges, parts=site.components
        )
    )
    click.echo(f"{_('路网指纹')} {site.network_hash}")


@streets.command("list")
def list_command() -> None:
    """已有的站点和它们现在用的路网。"""
    from yizhan.streets.api import sites

    for site in sites():
        sample = f" {_('样例')}" if site.is_sample else ""
        click.echo(
            f"{site.name}{sample}\t{_('第 {version} 版').format(version=site.version)}\t{site.nodes}\t{site.edges}\t"
            f"{site.west:.4f},{site.south:.4f},{site.east:.4f},{site.north:.4f}\t{site.network_hash[:12]}\t"
            f"{site.imported_at:%Y-%m-%d %H:%M}Z\t{site.attribution}"
        )
