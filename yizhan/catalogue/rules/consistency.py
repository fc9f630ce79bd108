"""What must agree inside an item: the eleven rules of a city's own clean-up, and ours.

Each rule has the words in which it refuses; a file is refused with all its faults at once, each with its line.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from re import fullmatch
from typing import Protocol

from stdnum.cn import uscc

from yizhan.catalogue.rules.assessment import clause_names, vocabulary_of
from yizhan.catalogue.rules.definition import (
    Approver,
    Audience,
    Channel,
    Delivery,
    Ending,
    FieldKind,
    ItemDefinition,
    ItemKind,
    ItemType,
    LateNotice,
    Necessity,
    NoticeClock,
    ProjectType,
    ReviewType,
    Stage,
    Supplement,
    Text,
    Trust,
    Unit,
    as_value,
    stage_of,
)
from yizhan.catalogue.rules.expression import ExpressionError, did_you_mean, read_expression
from yizhan.catalogue.rules.reading import ItemFileError, Located, Problem, line_of, read_item
from yizhan.catalogue.rules.words import Words

AREA_CODE = "0771"
Path = tuple[str | int, ...]
Fault = tuple[Path, Words]
Check = Callable[[ItemDefinition], Iterable[Fault]]


@dataclass(frozen=True, slots=True)
class Rule:
    words: Words
    check: Check


RULES: list[Rule] = []


def rule(zh: str, en: str) -> Callable[[Check], Check]:
    def keep(check: Check) -> Check:
        RULES.append(Rule(Words(zh, en), check))
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


ENDS_BEFORE = Words("失效日期不在生效日期之后", "it does not end after it begins")
AT_LEAST_A_DAY = Words("至少 1 天", "at least one day")
OWN_WORD = frozenset({"self", "desk"})
LICENCE_STAGES = (Stage.ACCEPT, Stage.EXAMINE, Stage.DECIDE, Stage.CLOSE, Stage.DELIVER)
STAGE_NAMES = {
    Stage.ACCEPT: "受理",
    Stage.EXAMINE: "审核",
    Stage.DECIDE: "审批",
    Stage.CLOSE: "办结",
    Stage.DELIVER: "送达",
}


def unknown(name: str, known: set[str]) -> Words:
    return Words(f"不认识“{{{name}}}”", f"“{{{name}}}” is not known") + did_you_mean(name, frozenset(known))


# ── the eleven ──


@rule(
    "承诺时限为即办的，办件类型应为即办件、审查类型应为即审即办；反之亦然",
    "What is promised at once is handled as instant and reviewed at once, and the other way round",
)
def instant_all_round(item: ItemDefinition) -> Iterator[Fault]:
    at_once = item.limits.promise_days == 0
    instant = item.handling.project_type is ProjectType.INSTANT
    reviewed_at_once = item.handling.review_type is ReviewType.AT_ONCE
    if at_once and not (instant and reviewed_at_once):
        yield (
            ("limits", "promise_days"),
            Words(
                "承诺 0 天就是即办，办件类型和审查类型却不是",
                "0 days promised means at once; handling and review say otherwise",
            ),
        )
    if not at_once and instant and reviewed_at_once:
        yield ("limits", "promise_days"), Words("即办件的承诺时限应当是 0 天", "an instant item promises 0 days")


@rule(
    "承诺时限不是即办的，办件类型应为承诺件、审查类型应为先审后批",
    "What is promised in days is handled as promised and reviewed before it is approved",
)
def promised_all_round(item: ItemDefinition) -> Iterator[Fault]:
    if item.limits.promise_days == 0:
        return
    if item.handling.project_type is not ProjectType.PROMISED and item.handling.review_type is ReviewType.REVIEW_FIRST:
        yield (
            ("handling", "project_type"),
            Words("有承诺天数的应当是承诺件", "with days promised it is a promised item"),
        )
    if item.handling.review_type is not ReviewType.REVIEW_FIRST and item.handling.project_type is ProjectType.PROMISED:
        yield ("handling", "review_type"), Words("有承诺天数的应当先审后批", "with days promised it is reviewed first")


@rule(
    "结果名称以“证”结尾的应出证办结，以“文”结尾的应出文办结，以“批复”结尾的应审批办结",
    "A result named 证 ends with a certificate, 文 with a letter, 批复 with an approval",
)
def ending_fits_the_result(item: ItemDefinition) -> Iterator[Fault]:
    endings = {"批复": Ending.APPROVAL, "证": Ending.CERTIFICATE, "文": Ending.LETTER}
    if item.result is None:
        return
    for tail, ending in endings.items():
        if item.result.name.zh.endswith(tail) and item.result.ending is not ending:
            yield (
                ("result", "ending"),
                Words(
                    f"结果“{item.result.name}”的办结方式应当是 {ending}",
                    f"the result “{item.result.name}” should end as {ending}",
                ),
            )


@rule(
    "到办事现场次数不为 0 的应写原因，为 0 的不写原因",
    "Visits have a reason, and a reason is given only where there is a visit",
)
def visits_have_a_reason(item: ItemDefinition) -> Iterator[Fault]:
    if item.handling.visits and not item.handling.visits_reason:
        yield (
            ("handling", "visits"),
            Words(
                f"要跑 {item.handling.visits} 趟，没有写为什么", f"visits: {item.handling.visits}, and no reason why"
            ),
        )
    if not item.handling.visits and item.handling.visits_reason:
        yield (
            ("handling", "visits_reason"),
            Words("一趟不用跑，不应再写到现场的原因", "no visit is needed, so none needs a reason"),
        )


@rule(
    "到办事现场次数为 0 又不能网办的，办理形式应包含快递",
    "What needs no visit and is not handled online is handled by post",
)
def some_way_in(item: ItemDefinition) -> Iterator[Fault]:
    if item.handling.visits == 0 and not item.handling.online and Channel.POST not in item.handling.channels:
        yield (
            ("handling", "channels"),
            Words("不用到现场，也不能网办，又不能邮寄", "no visit, not online, and not by post either"),
        )


@rule("全程网办（Ⅳ级）的，到办事现场次数应为 0", "Wholly online (depth 4) means no visit")
def wholly_online_means_no_visit(item: ItemDefinition) -> Iterator[Fault]:
    if item.handling.online_depth == 4 and item.handling.visits:
        yield (
            ("handling", "online_depth"),
            Words(
                f"网办深度是Ⅳ级，却要跑 {item.handling.visits} 趟",
                f"online depth 4, but visits: {item.handling.visits}",
            ),
        )
    if item.handling.online_depth and not item.handling.online:
        yield ("handling", "online_depth"), Words("不能网办，却写了网办深度", "not online, but with an online depth")


@rule(
    "收费的应写明依据、项目和是否支持网上支付；不收费的不应支持网上支付",
    "A fee names its ground, its item and whether it is paid online; what is free is not paid online",
)
def fee_is_explained(item: ItemDefinition) -> Iterator[Fault]:
    fee = item.fee
    if fee.charged and not (fee.item and fee.basis and fee.online_payment is not None):
        yield (
            ("fee",),
            Words("收费项目、依据、网上支付三样没有写全", "item, basis and online_payment are not all given"),
        )
    if not fee.charged and fee.online_payment:
        yield ("fee", "online_payment"), Words("不收费，却支持网上支付", "free of charge, but paid online")


@rule(
    "咨询电话和投诉电话都应填写、带区号，并且不是同一个号码",
    "There is a phone for questions and another for complaints, both with the area code",
)
def two_phones(item: ItemDefinition) -> Iterator[Fault]:
    for name in ("consult_phone", "complaint_phone"):
        phone = getattr(item.contacts, name)
        if not fullmatch(rf"{AREA_CODE}-[0-9]{{5,8}}", phone):
            yield (
                ("contacts", name),
                Words(
                    f"“{phone}”不是带区号的号码，应写成 {AREA_CODE}-1234567",
                    f"“{phone}” has no area code; write it like {AREA_CODE}-1234567",
                ),
            )
    if item.contacts.consult_phone == item.contacts.complaint_phone:
        yield ("contacts", "complaint_phone"), Words("投诉电话和咨询电话是同一个", "both are the same number")


@rule("服务对象应与主题分类一致", "The audience agrees with the topics")
def topics_fit_the_audience(item: ItemDefinition) -> Iterator[Fault]:
    audience = set(item.handling.audience)
    personal, corporate = Audience.NATURAL_PERSON in audience, bool(audience - {Audience.NATURAL_PERSON})
    if personal is not bool(item.handling.personal_topics):
        yield (
            ("handling", "personal_topics"),
            Words(
                "服务对象有自然人才有、也必须有面向自然人的主题",
                "personal topics stand where, and only where, persons are the audience",
            ),
        )
    if corporate is not bool(item.handling.corporate_topics):
        yield (
            ("handling", "corporate_topics"),
            Words(
                "服务对象有法人才有、也必须有面向法人的主题",
                "corporate topics stand where, and only where, bodies are the audience",
            ),
        )


@rule(
    "行政许可至少有一条常见问题和受理、审核、审批、办结、送达五个环节",
    "A licence has a question answered, and the steps accept, examine, decide, close and deliver",
)
def licence_is_explained(item: ItemDefinition) -> Iterator[Fault]:
    if item.item_type is not ItemType.LICENCE:
        return
    if not item.questions:
        yield ("questions",), Words("没有常见问题", "no question is answered")
    lacking = [stage for stage in LICENCE_STAGES if stage not in {stage_of(step) for step in item.steps}]
    if lacking:
        zh, en = "、".join(STAGE_NAMES[stage] for stage in lacking), ", ".join(lacking)
        yield ("steps",), Words(f"缺少环节：{zh}", f"steps are missing: {en}")


@rule("有审批结果的应有结果样本", "A result has a sample")
def result_has_a_sample(item: ItemDefinition) -> Iterator[Fault]:
    if item.result is not None and not (item.result.sample or item.result.sample_lines):
        yield ("result",), Words(f"“{item.result.name}”没有样本", f"“{item.result.name}” has no sample")


# ── ours ──


@rule("承诺时限不得长于法定时限", "What is promised is within what the law allows")
def promise_within_the_law(item: ItemDefinition) -> Iterator[Fault]:
    if not 0 <= item.limits.promise_days <= item.limits.legal_days:
        yield (
            ("limits", "promise_days"),
            Words(
                f"承诺 {item.limits.promise_days} 天，法定 {item.limits.legal_days} 天",
                f"promised in {item.limits.promise_days} days, by law in {item.limits.legal_days}",
            ),
        )


@rule("每一样必要材料都应有受理标准", "Every required material says what is good enough")
def required_material_has_a_standard(item: ItemDefinition) -> Iterator[Fault]:
    for at, material in enumerate(item.materials):
        if material.necessity is Necessity.REQUIRED and not material.standard:
            yield (
                ("materials", at),
                Words(f"“{material.name}”没有写怎样才算合格", f"“{material.name}” does not say what is good enough"),
            )


@rule("同一列里的编号不重复", "Ids within a list are different")
def ids_are_unique(item: ItemDefinition) -> Iterator[Fault]:
    lists = {
        "eligibility": [one.id for one in item.eligibility],
        "materials": [one.id for one in item.materials],
        "form": [one.id for one in item.form_fields()],
        "steps": [one.id for one in item.steps],
        "procedure": [one.id for one in item.procedure.special],
    }
    for name, ids in lists.items():
        for repeated in (one for one, times in Counter(ids).items() if times > 1):
            yield (name,), Words(f"编号“{repeated}”用了两次", f"the id “{repeated}” is used twice")


@rule(
    "事项编码的位数应符合国家规定：基本编码 12 位，实施编码 31 位，业务办理项编码 33 位；三层编码要对得上，"
    "也要和事项类型、行使层级对得上",
    "Codes have the national length: basic 12, implementation 31, handling 33; "
    "each holds the one before, the item's type and its level",
)
def codes_are_national(item: ItemDefinition) -> Iterator[Fault]:
    patterns = {"basic": r"[0-9]{12}", "implementation": r"[0-9A-Z]{18}[1-6][0-9]{12}"}
    patterns["handling"] = patterns["implementation"] + r"[0-9]{2}"
    codes = {name: getattr(item.codes, name) for name in patterns}
    for name, code in codes.items():
        if code and not fullmatch(patterns[name], code):
            yield ("codes", name), Words(f"“{code}”位数或字符不对", f"“{code}” has a wrong length or character")
        elif code:
            yield from _code_disagrees(item, name, code)
    if codes["handling"] and codes["implementation"] and not codes["handling"].startswith(codes["implementation"]):
        yield (
            ("codes", "handling"),
            Words("业务办理项编码不是以实施编码开头", "the handling code does not begin with the implementation code"),
        )


def _code_disagrees(item: ItemDefinition, name: str, code: str) -> Iterator[Fault]:
    basic = code if name == "basic" else code[19:31]
    if basic[2:4] != item.item_type.code:
        zh, en = f"事项类型是 {item.item_type.code}", f"the item's type is {item.item_type.code}"
        yield ("codes", name), Words(f"“{basic}”里的类型是 {basic[2:4]}，{zh}", f"“{basic}” says {basic[2:4]}, {en}")
    if name == "basic":
        return
    if not uscc.is_valid(code[:18]):
        yield (
            ("codes", name),
            Words(f"“{code[:18]}”不是统一社会信用代码", f"“{code[:18]}” is no unified social credit code"),
        )
    if code[18] != item.authority.level.code:
        zh, en = f"行使层级是 {item.authority.level.code}", f"the item's level is {item.authority.level.code}"
        yield ("codes", name), Words(f"第 19 位是 {code[18]}，{zh}", f"digit 19 is {code[18]}, {en}")
    if item.codes.basic and basic != item.codes.basic:
        yield ("codes", name), Words("里面的基本编码和 basic 不一样", "the basic code in it is not the one given")


@rule("有效期应当有先有后", "What ends, ends after it begins")
def dates_are_in_order(item: ItemDefinition) -> Iterator[Fault]:
    if item.effective_until is not None and item.effective_until <= item.effective_from:
        yield ("effective_until",), ENDS_BEFORE
    for name, parameter in item.parameters.items():
        for at, one in enumerate(parameter.values):
            if one.valid_until is not None and one.valid_until <= one.valid_from:
                yield ("parameters", name, "values", at), ENDS_BEFORE


@rule("参数的值应当是它自己说的那一种", "The value of a parameter is of its own kind")
def parameters_keep_their_kind(item: ItemDefinition) -> Iterator[Fault]:
    for name, parameter in item.parameters.items():
        for at, one in enumerate(parameter.values):
            try:
                as_value(one.value, parameter.kind)
            except ValueError:
                yield (
                    ("parameters", name, "values", at, "value"),
                    Words(f"“{one.value}”不是 {parameter.kind}", f"“{one.value}” is not of the kind {parameter.kind}"),
                )


@rule("选择题应有两个以上选项，别的字段没有选项", "A choice has two options or more, and nothing else has any")
def choices_where_chosen(item: ItemDefinition) -> Iterator[Fault]:
    for at, section in enumerate(item.form):
        for number, one in enumerate(section.fields):
            if (one.kind is FieldKind.CHOICE) is not (len(one.choices) > 1):
                yield (
                    ("form", at, "fields", number),
                    Words(f"“{one.label}”的选项不对", f"the options of “{one.label}” are wrong"),
                )


@rule("条件应当读得懂，用到的名字都在这个文件里", "Conditions can be read, and their names stand in this file")
def conditions_can_be_read(item: ItemDefinition) -> Iterator[Fault]:
    for path, text in conditions_of(item):
        try:
            read_expression(text, vocabulary_of(item))
        except ExpressionError as fault:
            yield path, fault.words


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


@rule("一句话里要填的名字都应当有", "What a sentence fills in is there")
def sentences_can_be_filled(item: ItemDefinition) -> Iterator[Fault]:
    known = {"who", "age", "met_on", "on", *item.attributes, *(f"p.{name}" for name in item.parameters)}
    for at, clause in enumerate(item.eligibility):
        for part in ("statement", "met", "not_met", "not_yet", "not_known", "refusal"):
            text: Text = getattr(clause, part)
            for name in sorted({*clause_names(text.zh), *clause_names(text.en)} - known):
                yield ("eligibility", at, part), unknown(name, known)


@rule("用到的参数、属性应当在这个文件里", "Parameters and attributes that are used stand in this file")
def references_exist(item: ItemDefinition) -> Iterator[Fault]:
    for at, band in enumerate(item.benefit.bands if item.benefit else ()):
        if band.parameter not in item.parameters:
            yield (
                ("benefit", "bands", at, "parameter"),
                Words(f"没有参数“{band.parameter}”", f"there is no parameter “{band.parameter}”"),
            )
    for at, clause in enumerate(item.eligibility):
        for name in sorted(set(clause.levels) - set(item.attributes)):
            yield ("eligibility", at, "levels", name), no_attribute(name)
    if item.authority.responsible.division_of not in item.attributes:
        yield ("authority", "responsible", "division_of"), no_attribute(item.authority.responsible.division_of)
    for at, step in enumerate(item.steps):
        if step.office and step.office.division_of not in item.attributes:
            yield ("steps", at, "office", "division_of"), no_attribute(step.office.division_of)


def no_attribute(name: str) -> Words:
    return Words(f"没有属性“{name}”", f"there is no attribute “{name}”")


# ── the course of a case ──


@rule(
    "即办件应写明即办规则（几分钟、抽查多少、谁来核），别的办件不写",
    "An instant item says how it is decided at once, and no other item does",
)
def instant_says_how(item: ItemDefinition) -> Iterator[Fault]:
    instant, at_once = item.procedure.instant, item.handling.project_type is ProjectType.INSTANT
    if at_once and instant is None:
        yield ("procedure",), Words("没有写 instant：几分钟办好、抽查多少", "instant is missing: minutes and sampling")
    if not at_once and instant is not None:
        yield ("procedure", "instant"), Words("不是即办件，不应写即办规则", "the item is not instant")
    if instant is not None and not (0 <= instant.sampling_percent <= 100 and instant.examiner_minutes > 0):
        yield (
            ("procedure", "instant"),
            Words(
                "抽查比例应当是 0 到 100，分钟数应当大于 0", "sampling is from 0 to 100 percent, minutes are above 0"
            ),
        )
    if instant is not None:
        hours = (instant.duty_from, instant.duty_until)
        if not all(fullmatch("([01][0-9]|2[0-3]):[0-5][0-9]", one) for one in hours) or hours[0] >= hours[1]:
            yield (
                ("procedure", "instant"),
                Words(
                    f"值班时间“{hours[0]}”到“{hours[1]}”不对，应写成 09:00 到 17:00",
                    f"on duty from “{hours[0]}” until “{hours[1]}”: write it like 09:00 and 17:00",
                ),
            )


@rule(
    "由系统即时决定的，每一项条件都应写明以哪里的数据为准，不能是本人或窗口说了算，并且要抽查",
    "Where the rules decide, every clause names its sources, neither the applicant nor a desk, and some are sampled",
)
def automatic_stands_on_sources(item: ItemDefinition) -> Iterator[Fault]:
    instant = item.procedure.instant
    if instant is None:
        return
    path: Path = ("procedure", "instant", "sources")
    clauses = {one.id for one in item.eligibility}
    for name in sorted(set(instant.sources) - clauses):
        yield (
            (*path, name),
            Words(f"没有条件“{name}”", f"there is no clause “{name}”") + did_you_mean(name, frozenset(clauses)),
        )
    for name, sources in instant.sources.items():
        if any(source.split(":")[0].split(".")[0] in OWN_WORD for source in sources):
            yield (
                (*path, name),
                Words("本人和窗口的话不能当作即时决定的依据", "the applicant's or a desk's word is no source here"),
            )
    if instant.automatic and not item.eligibility:
        yield ("procedure", "instant", "automatic"), Words("没有条件可以核对", "there is no clause to look at")
    if instant.automatic:
        for clause in item.eligibility:
            if not instant.sources.get(clause.id):
                yield path, Words(f"条件“{clause.id}”没有写以哪里为准", f"the clause “{clause.id}” names no source")
        if instant.sampling_percent == 0:
            yield ("procedure", "instant"), Words("由系统决定的要抽查", "what the rules decide has to be sampled")


@rule(
    "写公示的应有公示环节，有公示环节的应写公示几天、在哪里、公示什么",
    "A public notice has its step, and a step of public notice says how long, where and what is shown",
)
def notice_has_its_step(item: ItemDefinition) -> Iterator[Fault]:
    steps = {step.id: step for step in item.steps}
    notice = item.procedure.public_notice
    published = [step.id for step in item.steps if stage_of(step) is Stage.PUBLISH]
    if notice is None and published:
        yield (
            ("procedure",),
            Words("有公示环节，没有写 public_notice", "there is a step of public notice, but no public_notice"),
        )
    if notice is not None and (notice.step not in steps or stage_of(steps[notice.step]) is not Stage.PUBLISH):
        yield (
            ("procedure", "public_notice", "step"),
            Words(f"“{notice.step}”不是公示环节", f"“{notice.step}” is not a step of public notice"),
        )
    if notice is not None and notice.minimum_days < 1:
        yield ("procedure", "public_notice", "minimum_days"), AT_LEAST_A_DAY


@rule(
    "各环节时限相加不得长于承诺时限，计入时限的公示也算在内",
    "The limits of the steps together are within the promise, with a public notice that counts",
)
def steps_fit_the_promise(item: ItemDefinition) -> Iterator[Fault]:
    days = sum(step.limit_days or 0 for step in item.steps)
    notice = item.procedure.public_notice
    if notice is not None and notice.counted:
        days += notice.minimum_days
    if item.limits.promise_days and days > item.limits.promise_days:
        yield (
            ("steps",),
            Words(
                f"各环节加起来 {days} 天，承诺 {item.limits.promise_days} 天",
                f"the steps take {days} days together, the promise is {item.limits.promise_days}",
            ),
        )


@rule(
    "环节应有收件或受理在前、决定在后，由负责的机关作决定",
    "The course begins with taking in or accepting, and the responsible office decides",
)
def course_is_in_order(item: ItemDefinition) -> Iterator[Fault]:
    stages = [stage for step in item.steps if (stage := stage_of(step)) is not None]
    order = [list(Stage).index(stage) for stage in stages if stage not in {Stage.PUBLISH, Stage.EXAMINE}]
    if order != sorted(order) or len(set(order)) < len(order) or Stage.DECIDE not in stages:
        yield ("steps",), Words("环节的次序不对，或者没有决定", "the steps are out of order, or there is no decision")
    for at, step in enumerate(item.steps):
        if stage_of(step) is Stage.DECIDE and item.office_of(step) != item.responsible_office:
            yield ("steps", at, "office"), Words("决定应当由负责的机关作出", "the decision is the responsible office's")
        if step.limit_days is not None and step.limit_days < 1:
            yield ("steps", at, "limit_days"), AT_LEAST_A_DAY


@rule(
    "特别程序、延期都应写明依据和最长几天；特别程序写了环节的，应当有这个环节",
    "Special procedures and extensions name their ground and their longest time; a step that they name is there",
)
def special_time_is_limited(item: ItemDefinition) -> Iterator[Fault]:
    steps = {step.id for step in item.steps}
    for at, one in enumerate(item.procedure.special):
        if one.maximum_days < 1:
            yield ("procedure", "special", at, "maximum_days"), AT_LEAST_A_DAY
        if one.step and one.step not in steps:
            yield ("procedure", "special", at, "step"), Words(f"没有环节“{one.step}”", f"there is no step “{one.step}”")
    if item.procedure.extension is not None and item.procedure.extension.days < 1:
        yield ("procedure", "extension", "days"), AT_LEAST_A_DAY


@rule(
    "补齐补正、告知、送达、归档的天数应当大于 0；行政许可逾期没有告知的，自收件之日起视为受理",
    "Notice, supplement, delivery and archive take a day or more; a licence is deemed accepted once the notice is late",
)
def notice_and_supplement(item: ItemDefinition) -> Iterator[Fault]:
    if item.procedure.archive.after_days < 1:
        yield ("procedure", "archive", "after_days"), AT_LEAST_A_DAY
    parts: dict[str, NoticeClock | Supplement | Delivery] = {
        "notice": item.procedure.notice,
        "supplement": item.procedure.supplement,
        "delivery": item.procedure.delivery,
    }
    for name, part in parts.items():
        if part.days < 1:
            yield ("procedure", name, "days"), AT_LEAST_A_DAY
    if item.item_type is ItemType.LICENCE and item.procedure.notice.when_late is not LateNotice.DEEMED_ACCEPTED:
        yield (
            ("procedure", "notice"),
            Words("行政许可应当写 when_late: deemed_accepted", "a licence says when_late: deemed_accepted"),
        )


@rule(
    "行政许可按工作日计算，五个工作日内一次告知，十个工作日内送达；延期由本机关负责人批准，几个部门联办的由本级政府负责人批准",
    "A licence counts in working days, tells what is missing within five and is delivered within ten; "
    "the head of the body extends it, the head of the government where several departments take part",
)
def licence_keeps_the_licensing_law(item: ItemDefinition) -> Iterator[Fault]:
    """行政许可法 32, 42, 44, 82. Limits other than 20 and 45 days may stand in another law (42), these may not."""
    if item.item_type is not ItemType.LICENCE:
        return
    course = item.procedure
    if item.limits.unit is not Unit.WORKING:
        yield ("limits", "unit"), Words("应当按工作日计算", "it counts in working days")
    for name, part, most in (("notice", course.notice, 5), ("delivery", course.delivery, 10)):
        if part.unit is not Unit.WORKING or part.days > most:
            yield ("procedure", name), Words(f"最多 {most} 个工作日", f"at most {most} working days")
    head = Approver.GOVERNMENT_HEAD if item.kind is ItemKind.JOINT else Approver.HEAD
    if course.extension is not None and course.extension.approver is not head:
        yield ("procedure", "extension", "approver"), Words(f"应当写 {head}", f"it should be {head}")


@rule("实名等级应当是 1 到 4，监护年龄应当是 0 到 18", "The level is from 1 to 4, the age of guardianship from 0 to 18")
def filing_is_sensible(item: ItemDefinition) -> Iterator[Fault]:
    if not 1 <= item.filing.minimum_level <= 4:
        yield ("filing", "minimum_level"), Words("等级只有 1、2、3、4", "levels are 1, 2, 3 and 4")
    if not 0 <= item.filing.guardian_below <= 18:
        yield ("filing", "guardian_below"), Words("应当是 0 到 18 周岁", "from 0 to 18 years")


@rule("写了“已确认”的，都应写明来源", "What is confirmed names its source")
def confirmed_has_a_source(item: ItemDefinition) -> Iterator[Fault]:
    for path, trust, source in trusted_parts(item):
        if trust is Trust.CONFIRMED and not source:
            yield path, Words("已确认，但没有写来源", "confirmed, but without a source")


class Trusted(Protocol):
    @property
    def trust(self) -> Trust: ...
    @property
    def source(self) -> str: ...


def trusted_parts(item: ItemDefinition) -> Iterator[tuple[Path, Trust, str]]:
    """Every figure and quotation with its trust and where it comes from."""
    yield ("limits", "promise_days"), item.limits.promise_trust, item.limits.promise_source
    yield ("limits", "legal_days"), item.limits.legal_trust, item.limits.legal_source
    for at, basis in enumerate(item.authority.legal_basis):
        yield ("authority", "legal_basis", at), basis.trust, basis.source
    for name, parameter in item.parameters.items():
        for at, one in enumerate(parameter.values):
            yield ("parameters", name, "values", at), one.trust, one.source
    yield ("filing",), item.filing.trust, item.filing.source
    course = item.procedure
    for name in ("notice", "supplement", "extension", "public_notice", "delivery", "instant", "archive"):
        part: Trusted | None = getattr(course, name)
        if part is not None:
            yield ("procedure", name), part.trust, part.source
    for at, one_special in enumerate(course.special):
        yield ("procedure", "special", at), one_special.trust, one_special.source
    for at, step in enumerate(item.steps):
        if step.limit_days is not None:
            yield ("steps", at), step.trust, step.source
