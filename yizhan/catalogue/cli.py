"""`yizhan item check`: is an item file good? Needs no server, no database and no Django."""

import sys
from pathlib import Path

import click

from yizhan.catalogue.rules.consistency import read_checked
from yizhan.catalogue.rules.reading import ItemFileError


@click.group(name="item")
def item() -> None:
    """Service items (事项)."""


@item.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Check item files: file, line and the rule of every fault; exit 1 where there is one."""
    faults = [fault for file in files if (fault := fault_of(file))]
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        sys.exit(1)
    click.echo(f"{len(files)} 个文件都对")


def fault_of(file: Path) -> str:
    try:
        read_checked(file.read_text(encoding="utf-8"), str(file))
    except ItemFileError as error:
        return str(error)
    except UnicodeDecodeError:
        return f"{file}:0: 文件应当是 UTF-8 编码（文件格式）"
    except OSError:
        return f"{file}:0: 打不开这个文件（文件格式）"
    return ""
