"""`yizhan item`: look at item files, compare and rewrite them. Needs no server, no database and no Django.

An ITEM is a file, or the code of a packaged item (`old_age_allowance`, the newest version; `old_age_allowance@1`).
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from yizhan.catalogue.rules.changes import changes
from yizhan.catalogue.rules.consistency import read_checked
from yizhan.catalogue.rules.definition import ItemDefinition, spoken
from yizhan.catalogue.rules.outline import outline_of
from yizhan.catalogue.rules.reading import NOT_OPENED, NOT_UTF_8, ItemFileError, Plain, plain_of
from yizhan.catalogue.rules.words import Words
from yizhan.catalogue.rules.writing import yaml_of

PACKAGED = Path(__file__).parent / "data" / "items"
LANGUAGE = click.option(
    "--lang", type=click.Choice(["zh", "en"]), default=None, help="zh or en; the environment's LANG otherwise."
)


def language_of(lang: str | None) -> str:
    return lang or ("en" if os.environ.get("LANG", "").lower().startswith("en") else "zh")


@click.group(name="item")
def item() -> None:
    """Service items (事项)."""


@item.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@LANGUAGE
def check(files: tuple[Path, ...], lang: str | None) -> None:
    """Check item files: file, line and the rule of every fault; exit 1 where there is one."""
    language = language_of(lang)
    faults = [fault for file in files if (fault := fault_of(file))]
    for fault in faults:
        click.echo(fault.spoken(language), err=True)
    if faults:
        sys.exit(1)
    click.echo(Words(f"{len(files)} 个文件都对", f"{len(files)} good").spoken(language))


def fault_of(file: Path) -> ItemFileError | None:
    try:
        read_file(file)
    except ItemFileError as error:
        return error
    return None


def read_file(file: Path) -> tuple[ItemDefinition, Plain]:
    """The definition and its plain content. Raises ItemFileError."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ItemFileError(str(file), (NOT_UTF_8,)) from None
    except (OSError, ValueError):
        raise ItemFileError(str(file), (NOT_OPENED,)) from None
    definition, tree = read_checked(text, str(file))
    return definition, plain_of(tree)


def path_of(name: str) -> Path:
    """A file, or a packaged item by its code."""
    code, _at, version = name.partition("@")
    folder = PACKAGED / code
    if code and Path(code).name == code and folder.is_dir():
        versions = sorted((int(one.stem) for one in folder.glob("*.yaml")), reverse=True)
        return folder / f"{version or versions[0]}.yaml"
    return Path(name)


def read_named(name: str, language: str) -> tuple[ItemDefinition, Plain]:
    """What ITEM means; says every fault and ends with 1 where it cannot be read."""
    try:
        return read_file(path_of(name))
    except ItemFileError as error:
        click.echo(error.spoken(language), err=True)
        sys.exit(1)


@item.command()
@click.argument("item_name", metavar="ITEM")
@LANGUAGE
@click.option("--json", "as_json", is_flag=True, help="The content as JSON.")
def show(item_name: str, lang: str | None, *, as_json: bool) -> None:
    """Say an item in words: who, how long, which course, what to bring, what is to be confirmed."""
    language = language_of(lang)
    definition, content = read_named(item_name, language)
    if as_json:
        click.echo(json.dumps(content, ensure_ascii=False, indent=2))
        return
    for line in outline_of(spoken(definition, language)):
        click.echo(line.spoken(language))


@item.command()
@click.argument("before")
@click.argument("after")
@LANGUAGE
def diff(before: str, after: str, lang: str | None) -> None:
    """Say what AFTER says otherwise than BEFORE, field by field."""
    language = language_of(lang)
    found = changes(read_named(before, language)[1], read_named(after, language)[1])
    for one in found:
        click.echo(f"{one.where.spoken(language)} [{one.path}]")
        click.echo(f"  - {one.before.spoken(language)}\n  + {one.after.spoken(language)}")
    if not found:
        click.echo(Words("没有不同", "no difference").spoken(language))


@item.command()
@click.argument("item_name", metavar="ITEM")
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="A file instead of the screen.")
@LANGUAGE
def export(item_name: str, output: Path | None, lang: str | None) -> None:
    """Write an item as a YAML file that says the same."""
    text = yaml_of(read_named(item_name, language_of(lang))[1])
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
