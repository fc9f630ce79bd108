"""What must agree inside an item: the eleven rules of a city's own clean-up, and four of ours.

Each rule has the words in which it refuses; a file is refused with all its faults at once, each with its line.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from re import fullmatch

from yizhan.catalogue.rules.assessment import clause_names, vocabulary_of
from yizhan.catalogue.rules.definition import (
    Audience,
    Channel,
    Ending,
    FieldKind,
    ItemDefinition,
    ItemType,
    Necessity,
    ProjectType,
    ReviewType,
    Text,
    as_value,
)
from yizhan.catalogue.rules.expression import ExpressionError, did_you_mean, read_expression
from yizhan.catalogue.rules.reading import ItemFileError, Located, Problem, line_of, read_item

AREA_CODE = "0771"
Path = tuple[str | int, ...]
Fault = tuple[Path, str]
Check = Callable[[ItemDefinition], Iterable[Fault]]


@dataclass(frozen=True, slots=True)
class Rule:
    words: str
    check: Check


RULES: list[Rule] = []


def rule(words: str) -> Callable[[Check], Check]:
    def keep(check: Check) -> Check:
        RULES.append(Rule(words, check))
        return check

    return keep


def read_checked(text: str, file: str) -> tuple[ItemDefinition, Located]:
    """Read an item file and hold it against every rule. Raises ItemFileError."""
    item, tree = read_item(text, file)
    problems = tuple(sorted(problems_of(item, tree), key=lambda problem: problem.line))
    if problems:
        raise ItemFileError(file, problems)
    return item, tree


def problems_of(item: ItemDefinition, tree: Located) -> Iterator[Problem]:
    for one in RULES:
        for path, message in one.check(item):
            yield Problem(line_of(tree, *path), one.words, message)


# ── the eleven ──


@rule("承诺时限为即办的，办件类型应为即办件、审查类型应为即审即办；反之亦然")
def instant_all_round(item: ItemDefinition) -> Iterator[Fault]:
    at_once = item.limits.promise_days == 0
    instant = item.handling.project_type is ProjectType.INSTANT
    reviewed_at_once = item.handling.review_type is ReviewType.AT_ONCE
    if at_once and not (instant and reviewed_at_once):
        yield ("limits", "promise_days"), "承诺 0 天就是即办，办件类型和审查类型却不是"
    if not at_once and instant and reviewed_at_once:
        yield ("limits", "promise_days"), "即办件的承诺时限应当是 0 天"


@rule("承诺时限不是即办的，办件类型应为承诺件、审查类型应为先审后批")
def promised_all_round(item: ItemDefinition) -> Iterator[Fault]:
    if item.limits.promise_days == 0:
        return
    if item.handling.project_type is not ProjectType.PROMISED and item.handling.review_type is ReviewType.REVIEW_FIRST:
        yield ("handling", "project_type"), "有承诺天数的应当是承诺件"
    if item.handling.review_type is not ReviewType.REVIEW_FIRST and item.handling.project_type is ProjectType.PROMISED:
        yield ("handling", "review_type"), "有承诺天数的应当先审后批"


@rule("结果名称以“证”结尾的应出证办结，以“文”结尾的应出文办结，以“批复”结尾的应审批办结")
def ending_fits_the_result(item: ItemDefinition) -> Iterator[Fault]:
    endings = {"批复": Ending.APPROVAL, "证": Ending.CERTIFICATE, "文": Ending.LETTER}
    if item.result is None:
        return
    for tail, ending in endings.items():
        if item.result.name.zh.endswith(tail) and item.result.ending is not ending:
            yield ("result", "ending"), f"结果“{item.result.name}”的办结方式应当是 {ending}"


@rule("到办事现场次数不为 0 的应写原因，为 0 的不写原因")
def visits_have_a_reason(item: ItemDefinition) -> Iterator[Fault]:
    if item.handling.visits and not item.handling.visits_reason:
        yield ("handling", "visits"), f"要跑 {item.handling.visits} 趟，没有写为什么"
    if not item.handling.visits and item.handling.visits_reason:
        yield ("handling", "visits_reason"), "一趟不用跑，不应再写到现场的原因"


@rule("到办事现场次数为 0 又不能网办的，办理形式应包含快递")
def some_way_in(item: ItemDefinition) -> Iterator[Fault]:
    if item.handling.visits == 0 and not item.handling.online and Channel.POST not in item.handling.channels:
        yield ("handling", "channels"), "不用到现场，也不能网办，又不能邮寄"


@rule("全程网办（Ⅳ级）的，到办事现场次数应为 0")
def wholly_online_means_no_visit(item: ItemDefinition) -> Iterator[Fault]:
    if item.handling.online_depth == 4 and item.handling.visits:
        yield ("handling", "online_depth"), f"网办深度是Ⅳ级，却要跑 {item.handling.visits} 趟"
    if item.handling.online_depth and not item.handling.online:
        yield ("handling", "online_depth"), "不能网办，却写了网办深度"


@rule("收费的应写明依据、项目和是否支持网上支付；不收费的不应支持网上支付")
def fee_is_explained(item: ItemDefinition) -> Iterator[Fault]:
    fee = item.fee
    if fee.charged and not (fee.item and fee.basis and fee.online_payment is not None):
        yield ("fee",), "收费项目、依据、网上支付三样没有写全"
    if not fee.charged and fee.online_payment:
        yield ("fee", "online_payment"), "不收费，却支持网上支付"


@rule("咨询电话和投诉电话都应填写、带区号，并且不是同一个号码")
def two_phones(item: ItemDefinition) -> Iterator[Fault]:
    for name in ("consult_phone", "complaint_phone"):
        phone = getattr(item.contacts, name)
        if not fullmatch(rf"{AREA_CODE}-[0-9]{{5,8}}", phone):
            yield ("contacts", name), f"“{phone}”不是带区号的号码，应写成 {AREA_CODE}-1234567"
    if item.contacts.consult_phone == item.contacts.complaint_phone:
        yield ("contacts", "complaint_phone"), "投诉电话和咨询电话是同一个"


@rule("服务对象应与主题分类一致")
def topics_fit_the_audience(item: ItemDefinition) -> Iterator[Fault]:
    audience = set(item.handling.audience)
    personal, corporate = Audience.NATURAL_PERSON in audience, bool(audience - {Audience.NATURAL_PERSON})
    if personal is not bool(item.handling.personal_topics):
        yield ("handling", "personal_topics"), "服务对象有自然人才有、也必须有面向自然人的主题"
    if corporate is not bool(item.handling.corporate_topics):
        yield ("handling", "corporate_topics"), "服务对象有法人才有、也必须有面向法人的主题"


@rule("行政许可至少有一条常见问题和受理、审核、审批、办结、送达五个环节")
def licence_is_explained(item: ItemDefinition) -> Iterator[Fault]:
    if item.item_type is not ItemType.LICENCE:
        return
    if not item.questions:
        yield ("questions",), "没有常见问题"
    if len(item.steps) < 5:
        yield ("steps",), f"只有 {len(item.steps)} 个环节"


@rule("有审批结果的应有结果样本")
def result_has_a_sample(item: ItemDefinition) -> Iterator[Fault]:
    if item.result is not None and not item.result.sample:
        yield ("result",), f"“{item.result.name}”没有样本"


# ── ours ──


@rule("承诺时限不得长于法定时限")
def promise_within_the_law(item: ItemDefinition) -> Iterator[Fault]:
    if not 0 <= item.limits.promise_days <= item.limits.legal_days:
        yield (
            ("limits", "promise_days"),
            f"承诺 {item.limits.promise_days} 天，法定 {item.limits.legal_days} 天",
        )


@rule("每一样必要材料都应有受理标准")
def required_material_has_a_standard(item: ItemDefinition) -> Iterator[Fault]:
    for at, material in enumerate(item.materials):
        if material.necessity is Necessity.REQUIRED and not material.standard:
            yield ("materials", at), f"“{material.name}”没有写怎样才算合格"


@rule("同一列里的编号不重复")
def ids_are_unique(item: ItemDefinition) -> Iterator[Fault]:
    lists = {
        "eligibility": [one.id for one in item.eligibility],
        "materials": [one.id for one in item.materials],
        "form": [one.id for one in item.form_fields()],
        "steps": [one.id for one in item.steps],
    }
    for name, ids in lists.items():
        for repeated in (one for one, times in Counter(ids).items() if times > 1):
            yield (name,), f"编号“{repeated}”用了两次"


@rule("事项编码的位数应符合国家规定：基本编码 12 位，实施编码 31 位，业务办理项编码 33 位")
def codes_have_their_length(item: ItemDefinition) -> Iterator[Fault]:
    patterns = {"basic": r"[0-9]{12}", "implementation": r"[0-9A-Z]{18}[1-6][0-9]{12}"}
    patterns["handling"] = patterns["implementation"] + r"[0-9]{2}"
    for name, pattern in patterns.items():
        code = getattr(item.codes, name)
        if code and not fullmatch(pattern, code):
            yield ("codes", name), f"“{code}”位数或字符不对"


@rule("有效期应当有先有后")
def dates_are_in_order(item: ItemDefinition) -> Iterator[Fault]:
    if item.effective_until is not None and item.effective_until <= item.effective_from:
        yield ("effective_until",), "失效日期不在生效日期之后"
    for name, parameter in item.parameters.items():
        for at, one in enumerate(parameter.values):
            if one.valid_until is not None and one.valid_until <= one.valid_from:
                yield ("parameters", name, "values", at), "失效日期不在生效日期之后"


@rule("参数的值应当是它自己说的那一种")
def parameters_keep_their_kind(item: ItemDefinition) -> Iterator[Fault]:
    for name, parameter in item.parameters.items():
        for at, one in enumerate(parameter.values):
            try:
                as_value(one.value, parameter.kind)
            except ValueError:
                yield ("parameters", name, "values", at, "value"), f"“{one.value}”不是 {parameter.kind}"


@rule("选择题应有两个以上选项，别的字段没有选项")
def choices_where_chosen(item: ItemDefinition) -> Iterator[Fault]:
    for at, section in enumerate(item.form):
        for number, one in enumerate(section.fields):
            if (one.kind is FieldKind.CHOICE) is not (len(one.choices) > 1):
                yield ("form", at, "fields", number), f"“{one.label}”的选项不对"


@rule("条件应当读得懂，用到的名字都在这个文件里")
def conditions_can_be_read(item: ItemDefinition) -> Iterator[Fault]:
    for path, text in conditions_of(item):
        try:
            read_expression(text, vocabulary_of(item))
        except ExpressionError as fault:
            yield path, str(fault)


def conditions_of(item: ItemDefinition) -> Iterator[tuple[Path, str]]:
    for at, clause in enumerate(item.eligibility):
        yield ("eligibility", at, "expression"), clause.expression
    for at, material in enumerate(item.materials):
        if material.when:
            yield ("materials", at, "when"), material.when
    for at, section in enumerate(item.form):
        for number, one in enumerate(section.fields):
            if one.when:
                yield ("form", at, "fields", number, "when"), one.when
    for at, band in enumerate(item.benefit.bands if item.benefit else ()):
        yield ("benefit", "bands", at, "when"), band.when


@rule("一句话里要填的名字都应当有")
def sentences_can_be_filled(item: ItemDefinition) -> Iterator[Fault]:
    known = {"who", "age", "met_on", "on", *item.attributes, *(f"p.{name}" for name in item.parameters)}
    for at, clause in enumerate(item.eligibility):
        for part in ("statement", "met", "not_met", "not_yet", "not_known", "refusal"):
            text: Text = getattr(clause, part)
            for name in sorted({*clause_names(text.zh), *clause_names(text.en)} - known):
                yield ("eligibility", at, part), f"不认识“{{{name}}}”{did_you_mean(name, frozenset(known))}"


@rule("用到的参数、属性应当在这个文件里")
def references_exist(item: ItemDefinition) -> Iterator[Fault]:
    for at, band in enumerate(item.benefit.bands if item.benefit else ()):
        if band.parameter not in item.parameters:
            yield ("benefit", "bands", at, "parameter"), f"没有参数“{band.parameter}”"
    for at, clause in enumerate(item.eligibility):
        for name in sorted(set(clause.levels) - set(item.attributes)):
            yield ("eligibility", at, "levels", name), f"没有属性“{name}”"
    if item.authority.responsible.division_of not in item.attributes:
        yield ("authority", "responsible", "division_of"), f"没有属性“{item.authority.responsible.division_of}”"
