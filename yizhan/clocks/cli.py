"""`yizhan clock`: count a limit from the packaged calendar. Needs no server, no database and no Django."""

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import click

from yizhan.clocks.rules.counting import CountingRefused, DayCount, Due, LimitUnit, Pause, due
from yizhan.territory.api import DayOutOfRange, UnknownRegion, packaged_calendar

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,9}")
_WEEKDAYS = "一二三四五六日"


class _Sentence(click.ClickException):
    """Bad input: one sentence in the user's language, exit 2, nothing else."""

    exit_code = 2

    def __init__(self, chinese: str, english: str, lang: str | None = None) -> None:
        super().__init__(english if _in_english(lang) else chinese)

    def show(self, file: Any = None) -> None:
        click.echo(self.message, err=True, file=file)


class _InOneSentence(click.Command):
    """Says what is wrong with the options in one sentence instead of a usage text."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        given = list(args)
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.exceptions.NoArgsIsHelpError:
            raise
        except click.UsageError as error:
            option = _shown(getattr(error, "option_name", "") or " ".join(given))
            lang = "en" if _asks_for_english(given) else None
            raise _Sentence(f"这个选项不对：{option}", f"This option is wrong: {option}", lang) from error


class _Group(_InOneSentence, click.Group):
    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            shown = _shown(args[0])
            raise _Sentence(f"没有这个命令：{shown}", f"There is no command {shown}") from error


def _asks_for_english(args: Sequence[str]) -> bool:
    return "--lang=en" in args or ("--lang", "en") in pairwise(args)


def _shown(text: str) -> str:
    """What was typed, on one line, short, and without control characters."""
    printable = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    return printable if len(printable) <= 40 else f"{printable[:40]}…"


def _in_english(lang: str | None) -> bool:
    return (lang or os.environ.get("LANG", "")).lower().startswith("en")


@click.group(cls=_Group)
def clock() -> None:
    """期限：从哪天算起，到哪天为止，每一天为什么算或不算。"""


@clock.command("due", cls=_InOneSentence)
@click.option("--from", "start", metavar="日期", help="起算日，当天不计，如 2026-02-13")
@click.option("--working-days", metavar="N", help="期限是 N 个工作日")
@click.option("--natural-days", metavar="N", help="期限是 N 个自然日")
@click.option("--pause", "pauses", multiple=True, metavar="A/B", help="停算：A 之后到 B（含）不计，可以写多次")
@click.option("--extend", default="0", metavar="N", help="延长 N 天，和期限同一种")
@click.option("--region", default="450100", show_default=True, metavar="代码", help="行政区划代码")
@click.option("--json", "as_json", is_flag=True, help="给机器看的结果")
@click.option("--lang", default=None, metavar="zh|en", help="说中文还是英文")
def due_command(lang: str | None, as_json: bool, **options: Any) -> None:
    """算到期日，并逐日说明。"""
    if lang is not None and lang not in ("zh", "en"):
        shown = _shown(lang)
        raise _Sentence(f"--lang 只能是 zh 或 en，不能是“{shown}”", f"--lang is zh or en, not “{shown}”", lang)
    asked = _Asked(**options)
    try:
        result = _result(asked)
    except _BadInput as bad:
        raise _Sentence(bad.chinese, bad.english, lang) from bad
    except CountingRefused as refused:
        raise _Sentence(refused.say(english=False), refused.say(english=True), lang) from refused
    click.echo(json.dumps(_plain(result), ensure_ascii=False) if as_json else _spoken(result, asked.start, lang))


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """The options as they were typed."""

    start: str | None
    working_days: str | None
    natural_days: str | None
    pauses: tuple[str, ...]
    extend: str
    region: str


class _BadInput(Exception):
    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(english)
        self.chinese, self.english = chinese, english


def _result(asked: _Asked) -> Due:
    unit, days = _limit(asked.working_days, asked.natural_days)
    try:
        return due(
            calendar=packaged_calendar(asked.region),
            unit=unit,
            days=days,
            start=_start(asked.start),
            pauses=[_pause(text) for text in asked.pauses],
            extend=_number("--extend", asked.extend),
        )
    except UnknownRegion as error:
        shown = _shown(asked.region)
        raise _BadInput(f"没有这个行政区划代码：{shown}", f"There is no division with the code {shown}") from error
    except DayOutOfRange as error:
        raise _BadInput(
            f"日历只到 1950—2099 年，{error} 不在里面", f"The calendar covers 1950 to 2099; {error} is outside"
        ) from error


def _limit(working_days: str | None, natural_days: str | None) -> tuple[LimitUnit, int]:
    if working_days is not None and natural_days is None:
        return LimitUnit.WORKING, _number("--working-days", working_days)
    if natural_days is not None and working_days is None:
        return LimitUnit.NATURAL, _number("--natural-days", natural_days)
    raise _BadInput(
        "--working-days 和 --natural-days 要写一个，也只能写一个",
        "Give either --working-days or --natural-days, and only one of them",
    )


def _start(text: str | None) -> date:
    if text is None:
        raise _BadInput("请写起算日，如 --from 2026-02-13", "Give the day to count from, such as --from 2026-02-13")
    return _date(text)


def _date(text: str) -> date:
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise _BadInput(
        f"没有“{_shown(text)}”这一天，日期要写成 2026-02-13 这样",
        f"There is no day “{_shown(text)}”; write a date as 2026-02-13",
    )


def _pause(text: str) -> Pause:
    after, slash, until = text.partition("/")
    if not slash or "/" in until:
        raise _BadInput(
            f"停算要写成 2026-09-21/2026-09-23 这样，不是“{_shown(text)}”",
            f"Write a pause as 2026-09-21/2026-09-23, not “{_shown(text)}”",
        )
    return Pause(_date(after), _date(until))


def _number(option: str, text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise _BadInput(
            f"{option} 要写一个整数，不是“{_shown(text)}”", f"{option} takes a whole number, not “{_shown(text)}”"
        )
    return int(text)


def _plain(result: Due) -> dict[str, Any]:
    return {
        "due_on": result.due_on.isoformat(),
        "provisional": result.provisional,
        "days": [{"date": each.date.isoformat(), "counts": each.counts, "why": each.why} for each in result.days],
    }


def _spoken(result: Due, start: str | None, lang: str | None) -> str:
    if _in_english(lang):
        return "\n".join([*_english_heading(result, start), *(_english_line(each) for each in result.days)])
    return "\n".join([*_chinese_heading(result, start), *(_chinese_line(each) for each in result.days)])


def _chinese_heading(result: Due, start: str | None) -> list[str]:
    on = result.due_on
    heading = [f"{on.year}年{on.month}月{on.day}日（星期{_WEEKDAYS[on.weekday()]}）到期，当天 24:00 止"]
    if result.provisional:
        heading.append("这个日期是暂定的：其中有的放假安排还没有公布")
    return [*heading, f"从 {start} 起算，当天不计，共 {result.total} 天："]


def _chinese_line(each: DayCount) -> str:
    return f"  {each.date} 周{_WEEKDAYS[each.date.weekday()]} {each.number or '-':>4}  {each.why_chinese}"


def _english_heading(result: Due, start: str | None) -> list[str]:
    heading = [f"Due on {result.due_on} ({result.due_on:%A}), at 24:00"]
    if result.provisional:
        heading.append("This date is provisional: some days off are not announced yet")
    return [*heading, f"Counted from {start}, that day excluded, {result.total} days:"]


def _english_line(each: DayCount) -> str:
    return f"  {each.date} {each.date:%a} {each.number or '-':>4}  {each.why}"
