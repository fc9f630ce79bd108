"""An item said in a few lines, for who reads the files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from yizhan.catalogue.rules.consistency import Path, trusted_parts
from yizhan.catalogue.rules.definition import ItemDefinition, ItemKind, Text, Trust, Unit, stage_of
from yizhan.catalogue.rules.naming import name_of_field
from yizhan.catalogue.rules.words import Words

KINDS = {
    ItemKind.INSTANT: Words("即办件", "instant"),
    ItemKind.PROMISED: Words("承诺件", "promised"),
    ItemKind.STAGED: Words("承诺件，几级依次办", "promised, several levels in turn"),
    ItemKind.JOINT: Words("承诺件，几个部门联办", "promised, several departments"),
}


def outline_of(item: ItemDefinition) -> Iterator[Words]:
    """Line after line; texts of the item are in the language it was spoken in."""
    yield Words(f"{item.name}（{item.code}）第 {item.version} 版", f"{item.name} ({item.code}), version {item.version}")
    yield Words(f"  {item.summary}", f"  {item.summary}")
    yield Words(f"{item.effective_from} 起用", f"in force from {item.effective_from}")
    yield KINDS[item.kind] + Words("；", "; ") + days_words(item)
    for one in item.office_steps():
        limit = Words("", "") if one.limit_days is None else Words(f"，{one.limit_days} 天", f", {one.limit_days} days")
        place = f"{one.office.department}/{one.office.level}"
        yield Words(f"  {one.name} ← {place}", f"  {one.name} ← {place}") + limit
    notice = item.procedure.public_notice
    if notice is not None:
        counted = Words("算在时限里", "counted") if notice.counted else Words("不算在时限里", "not counted")
        yield (
            Words(f"公示至少 {notice.minimum_days} 天，", f"public notice of at least {notice.minimum_days} days, ")
            + counted
        )
    for special in item.procedure.special:
        yield Words(
            f"特别程序：{special.name}，最长 {special.maximum_days} 天",
            f"special procedure: {special.name}, at most {special.maximum_days} days",
        )
    yield Words("条件", "conditions")
    for clause in item.eligibility:
        yield Words(f"  {clause.statement}", f"  {clause.statement}")
    yield Words("材料", "materials")
    for material in item.materials:
        yield Words(f"  {material.name}", f"  {material.name}")
    yield Words("过程", "course")
    for step in item.steps:
        yield Words(f"  {step.name}：{step.who}", f"  {step.name}: {step.who}") + Words(
            f" [{stage_of(step) or ''}]", ""
        )
    doubtful = unconfirmed(item)
    yield Words(f"待市里确认 {len(doubtful)} 处", f"to be confirmed by the city: {len(doubtful)}")
    for path in doubtful:
        yield Words("  ", "  ") + place_of(item, path)


def days_words(item: ItemDefinition) -> Words:
    limits = item.limits
    unit = Words("个工作日", " working days") if limits.unit is Unit.WORKING else Words("天", " days")
    if limits.promise_days == 0:
        return Words("当场办好", "done at once")
    return Words(
        f"承诺 {limits.promise_days} {unit.zh}，法定 {limits.legal_days} {unit.zh}",
        f"promised in {limits.promise_days}{unit.en}, by law in {limits.legal_days}{unit.en}",
    )


def unconfirmed(item: ItemDefinition) -> list[Path]:
    """Where the city has still to confirm a figure or a quotation, in the order of the file."""
    return [path for path, trust, _source in trusted_parts(item) if trust is Trust.TO_BE_CONFIRMED]


def place_of(item: ItemDefinition, path: Path) -> Words:
    """A place in the file in words: entries by their own name or title, fields by theirs."""
    found: list[Words] = []
    here: object = item
    for step in path:
        here = here[step] if isinstance(step, int) or isinstance(here, Mapping) else getattr(here, step, None)  # type: ignore[index]
        words = title_of(here)
        if words is not None:
            found.append(words)
        elif isinstance(step, str):
            found.append(name_of_field(step))
    return Words(" · ".join(one.zh for one in found), " · ".join(one.en for one in found))


def title_of(thing: object) -> Words | None:
    for name in ("title", "name"):
        text = getattr(thing, name, None)
        if isinstance(text, Text):
            return Words(text.zh, text.en or text.zh)
    return None
