"""`yizhan documents`: the keys of the offices, a new key, and checking a PDF without server or database."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from yizhan.documents.rules.codes import grouped
from yizhan.documents.rules.grounds import words_of
from yizhan.documents.rules.offline import Answer, Checked, Unreadable, check, read_keys, read_revoked

EXIT_CODES: Mapping[Answer, int] = {
    Answer.GENUINE: 0,
    Answer.ALTERED: 1,
    # 2 is bad input: a file that is missing or cannot be read.
    Answer.UNKNOWN_KEY: 3,
    Answer.REVOKED: 4,
    Answer.NOT_OURS: 5,
    Answer.ASK_ONLINE: 6,
    Answer.LIST_BROKEN: 7,
}

_SENTENCES: Mapping[Answer, tuple[str, str]] = {
    Answer.GENUINE: ("真的：签名完好，内容没有改动过。", "Genuine: the signature is good, nothing was changed."),
    Answer.ALTERED: (
        "改过：内容和签名对不上，或者文件不完整。",
        "Altered: not what was signed, or the file is cut off.",
    ),
    Answer.UNKNOWN_KEY: (
        "密钥不认识：公钥清单里没有这个单位的这把密钥。请下载最新的清单再查。",
        "Unknown key: the list has no such key of this office. Fetch the newest list and check again.",
    ),
    Answer.REVOKED: (
        "已撤销：签名是真的，但出具单位已经撤销。",
        "Revoked: the signature is good, but the office revoked it.",
    ),
    Answer.NOT_OURS: (
        "不是本平台带证明的文书。纸上有验证码的，请上网核对。",
        "Not a paper of this platform with its proof. Where it bears a code, verify it online.",
    ),
    Answer.ASK_ONLINE: (
        "要上网查：签它的密钥后来作废了，只有审计链知道它是不是在那以前出的。",
        "Ask online: its key was declared lost; only the audit chain knows whether it is older than that.",
    ),
    Answer.LIST_BROKEN: (
        "撤销名单对不上签名，不能用。请重新下载公钥和名单。",
        "The list of revocations is not as it was signed. Fetch keys and list again.",
    ),
}
_LABELS = (
    ("title", "文书", "paper"),
    ("number", "文号", "number"),
    ("issuer", "出具单位", "issuer"),
    ("holder", "给谁", "holder"),
    ("issued_at", "出具时间", "issued at"),
    ("code", "验证码", "code"),
)
_MISSING = ("读不了：{file}", "Cannot read: {file}")
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def documents() -> None:
    """文书：核对 PDF 真伪，看密钥、换密钥。 Papers: check a PDF, see and change keys."""


def _english(lang: str | None = None) -> bool:
    return (lang or os.environ.get("LANG", "")).lower().startswith("en")


def _said(pair: tuple[str, str], lang: str | None, **words: str) -> str:
    return pair[_english(lang)].format(**words)


@documents.command("check")
@click.argument("file", type=_FILE)
@click.option("--keys", "keys_file", type=_FILE, required=True, help="公钥清单 / the list from /verify/keys.json")
@click.option("--revoked", "revoked_file", type=_FILE, help="撤销名单 / the list from /verify/revoked.json")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="语言 / language")
@click.option("--json", "as_json", is_flag=True, help="给程序读 / for programs")
def check_command(file: Path, keys_file: Path, revoked_file: Path | None, lang: str | None, *, as_json: bool) -> None:
    """不联网核对一份 PDF。

    退出码：0 真，1 改过，2 读不了，3 密钥不认识，4 已撤销，5 不是本平台的，6 要上网查，7 名单坏了。
    """
    keys_said, revoked_said = _json_of(keys_file, lang), _json_of(revoked_file, lang) if revoked_file else None
    try:
        keys = read_keys(keys_said)
        revoked = read_revoked(revoked_said) if revoked_said is not None else []
    except Unreadable as fault:
        _give_up(keys_file if str(fault) == "keys" else revoked_file, lang)
    checked = check(_bytes_of(file, lang), keys, revoked)
    as_of = revoked_said.get("as_of") if revoked_said is not None else None
    if as_json:
        click.echo(json.dumps(_plain(checked, as_of), ensure_ascii=False))
    else:
        _tell(checked, lang, as_of)
    sys.exit(EXIT_CODES[checked.answer])


def _give_up(file: Path | None, lang: str | None) -> Any:
    click.echo(_said(_MISSING, lang, file=str(file)), err=True)
    sys.exit(2)


def _bytes_of(file: Path, lang: str | None) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        _give_up(file, lang)
        raise


def _json_of(file: Path, lang: str | None) -> Any:
    try:
        return json.loads(_bytes_of(file, lang))
    except (ValueError, RecursionError):
        return _give_up(file, lang)


def _plain(checked: Checked, as_of: str | None) -> dict[str, Any]:
    said = {name: checked.says[name] for name, _zh, _en in _LABELS} if checked.says else None
    revocation = checked.revocation
    return {
        "answer": checked.answer,
        "paper": said,
        "sample": bool(checked.says.get("sample")),
        "revoked": {"at": revocation["revoked_at"], "ground": revocation["ground"]} if revocation else None,
        "revocations_as_of": as_of,
    }


def _tell(checked: Checked, lang: str | None, as_of: str | None) -> None:
    click.echo(_said(_SENTENCES[checked.answer], lang))
    if checked.revocation:
        words = words_of(checked.revocation["ground"])
        ground = words.english if _english(lang) else words.chinese
        click.echo(_said(("{at} 撤销，依据：{ground}", "revoked {at}: {ground}"), lang, at=_at(checked), ground=ground))
    if not checked.says:
        return
    if checked.says.get("sample"):
        click.echo(_said(("样例，不作凭证", "sample, no proof of anything"), lang))
    for name, chinese, english in _LABELS:
        click.echo(f"{english if _english(lang) else chinese}\t{_shown(name, checked.says[name])}")
    if checked.answer is Answer.GENUINE:
        known = (f"撤销名单是 {as_of} 的", f"revocations as of {as_of}")
        unknown = (
            "没有给撤销名单，不知道有没有撤销",
            "no list of revocations given: whether it was revoked is not known",
        )
        click.echo(_said(known if as_of else unknown, lang))


def _shown(name: str, value: str) -> str:
    """As it stands on the paper: the code in its groups, the moment to the minute."""
    if name == "code":
        return grouped(value)
    return f"{value[:16].replace('T', ' ')}Z" if name == "issued_at" else value


def _at(checked: Checked) -> str:
    return _shown("issued_at", str(checked.revocation["revoked_at"])) if checked.revocation else ""


@documents.command("keys")
@click.option("--office", default="", help="单位名称的一部分 / part of a name")
def keys_command(office: str) -> None:
    """各单位的密钥：第几把、编号、启用时间、签过几份、现在怎样。"""
    from yizhan.documents import api

    number, pages = 1, 1
    while number <= pages:
        page = api.key_lines(asked=office, page=number)
        for line in page:
            key = line.key
            state = "lost" if key.lost_from else "replaced" if key.until else "signs"
            when = key.lost_from or key.until
            since = f"{key.created_at:%Y-%m-%d %H:%MZ}"
            until = f" {when:%Y-%m-%d %H:%MZ}" if when else ""
            click.echo(f"{key.issuer}\t{key.serial}\t{key.kid}\t{since}\t{line.papers}\t{state}{until}")
        number, pages = number + 1, page.paginator.num_pages


@documents.command("rotate")
@click.argument("kid")
@click.option("--reason", required=True, help="原因，记进审计 / why, for the audit")
def rotate_command(kid: str, reason: str) -> None:
    """给一个单位换新密钥；KID 是它现在签名用的那把。以前签的照样能核对。"""
    from django.utils import timezone

    from yizhan.documents import api
    from yizhan.kernel.api import Actor

    new = api.rotate_key(kid=kid, reason=reason, actor=Actor.system("documents.cli"), at=timezone.now())
    click.echo(new)
