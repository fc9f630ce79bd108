"""The course of a case in the words of a guide: whose turn it is, when time stands still, what comes of being late."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from yizhan.catalogue.queries import is_english
from yizhan.catalogue.rules.definition import (
    Agents,
    ItemDefinition,
    LateNotice,
    LateSupplement,
    SpecialProcedure,
    Step,
    Trust,
    Unit,
)
from yizhan.people import api as people


def said_days(days: int, unit: Unit) -> str:
    return (_("{days} 个工作日") if unit is Unit.WORKING else _("{days} 天")).format(days=days)


def sentences(*parts: str) -> str:
    """One after another; English wants a space between them."""
    return (" " if is_english() else "").join(part.strip() for part in parts)


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Something that may happen to the time of a case."""

    title: str
    text: str
    to_be_confirmed: bool


class CourseWords:
    def __init__(self, item: ItemDefinition) -> None:
        self.item = item
        self.rules = item.procedure

    def step_words(self, step: Step) -> str:
        if step.limit_days is None:
            return str(step.who)
        days = said_days(step.limit_days, self.item.limits.unit)
        return _("{who}，{days}内").format(who=step.who, days=days)

    @cached_property
    def instant(self) -> str:
        """How what is done at once is done; empty for what takes days."""
        rules = self.rules.instant
        if rules is None:
            return ""
        if rules.automatic:
            return _("数据都对得上的，马上办好；对不上的，工作人员 {minutes} 分钟内看").format(
                minutes=rules.examiner_minutes
            )
        return _("工作人员 {minutes} 分钟内看").format(minutes=rules.examiner_minutes)

    @cached_property
    def public_notice(self) -> Turn | None:
        notice = self.rules.public_notice
        if notice is None:
            return None
        words = _("至少公示 {days}，在{place}。").format(
            days=said_days(notice.minimum_days, notice.unit), place=notice.place
        )
        counted = _("公示的时间算在时限里。") if notice.counted else _("公示的时间不算在时限里。")
        shown = _("只公示：{shows}。").format(shows=notice.shows)
        return _turn(_("要公示"), sentences(words, counted, shown), notice.trust)

    @cached_property
    def turns(self) -> list[Turn]:
        found = [self.notice, self.supplement, *(self.special(one) for one in self.rules.special)]
        if self.rules.extension:
            found.append(self.extension)
        return [*found, self.delivery, self.archive]

    @property
    def notice(self) -> Turn:
        rules = self.rules.notice
        words = [_("收件后 {days}内，一次说全要补什么。").format(days=said_days(rules.days, rules.unit))]
        if rules.when_late is LateNotice.DEEMED_ACCEPTED:
            words.append(_("过了还没说，就从收件那天起算受理。"))
        return _turn(_("材料不齐"), sentences(*words), rules.trust)

    @property
    def supplement(self) -> Turn:
        rules = self.rules.supplement
        words = [_("接到通知后 {days}内补。").format(days=said_days(rules.days, rules.unit))]
        if rules.when_late is LateSupplement.DEEMED_WITHDRAWN:
            words.append(_("过了没补，就当撤回，以后可以再申请。"))
        else:
            words.append(_("过了没补，就按已有的材料决定。"))
        if rules.after_acceptance and rules.stops_clock:
            words.append(_("补材料的时间不算。"))
        return _turn(_("补材料"), sentences(*words), rules.trust)

    @staticmethod
    def special(one: SpecialProcedure) -> Turn:
        days = said_days(one.maximum_days, one.unit)
        words = _("最长 {days}，不算在时限里，会书面告诉您要多久。依据：{basis}。").format(days=days, basis=one.basis)
        return _turn(str(one.name), words, one.trust)

    @property
    def extension(self) -> Turn:
        rules = self.rules.extension
        assert rules is not None
        days = said_days(rules.days, self.item.limits.unit)
        words = _("经{approved_by}批准，可以延长一次，最多 {days}，会告诉您原因。依据：{basis}。").format(
            approved_by=rules.approved_by, days=days, basis=rules.basis
        )
        return _turn(_("延期"), words, rules.trust)

    @property
    def delivery(self) -> Turn:
        rules = self.rules.delivery
        words = _("决定后 {days}内送到。").format(days=said_days(rules.days, rules.unit))
        return _turn(_("送达"), words, rules.trust)

    @property
    def archive(self) -> Turn:
        rules = self.rules.archive
        words = _("送达后 {days} 天归档。").format(days=rules.after_days)
        return _turn(_("归档"), words, rules.trust)

    @cached_property
    def filing(self) -> str:
        """Who may file, in short sentences."""
        rules = self.item.filing
        level = people.LEVELS[rules.minimum_level][0]
        agents = {
            Agents.ANYBODY: _("可以委托别人代办。"),
            Agents.RELATIVES: _("只能由近亲属或监护人代办。"),
            Agents.NOBODY: _("要本人办，不能代办。"),
        }
        words = [agents[rules.agents]]
        if rules.guardian_below:
            words.append(_("不满 {age} 周岁的，由监护人办。").format(age=rules.guardian_below))
        if self.item.handling.online:
            words.append(_("在手机上办，要先核实到“{level}”；在窗口办，带身份证就行。").format(level=level))
        return sentences(*words)


def _turn(title: str, text: str, trust: Trust) -> Turn:
    return Turn(title=title, text=text, to_be_confirmed=trust is Trust.TO_BE_CONFIRMED)
