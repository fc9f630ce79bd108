"""Every rule has its bad file: refused in its own words, in both languages, on the line where the fault stands."""

# ruff: noqa: E501  a table with a row for each bad file

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yizhan.catalogue.rules.consistency import RULES, codes_are_national, read_checked
from yizhan.catalogue.rules.definition import Codes
from yizhan.catalogue.rules.reading import ItemFileError
from yizhan.catalogue.testing import packaged_files

FILES = packaged_files()
FIRST = "old_age_allowance/1"
OLD_AGE, PERMIT, REGISTRATION = "old_age_allowance/2", "residence_permit/1", "floating_population_registration/1"
RENTAL, RECOGNITION, DISABILITY = (
    "public_rental_eligibility/1",
    "hard_to_employ_recognition/1",
    "disability_certificate/1",
)

LIFT = "elevator_addition/1"
BODY = "91350100M000100Y43"  # a unified social credit code whose check character is right
PERMIT_ITEM = read_checked(FILES[PERMIT], PERMIT)[0]
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ELIGIBILITY = re.search(r"^eligibility:.*?(?=^\S)", FILES[REGISTRATION], re.DOTALL | re.MULTILINE).group()

# words of the rule, file, what is replaced, by what, words of the fault, line where it is told (text of that line)
SEEDED = [
    ("承诺时限为即办的", OLD_AGE, "promise_days: 10", "promise_days: 0", "0 天就是即办", "promise_days"),
    ("承诺时限为即办的", REGISTRATION, "promise_days: 0", "promise_days: 1", "应当是 0 天", "promise_days"),
    ("承诺时限不是即办的", OLD_AGE, "project_type: promised", "project_type: instant", "承诺件", "project_type"),
    ("承诺时限不是即办的", OLD_AGE, "review_type: review_first", "review_type: at_once", "先审后批", "review_type"),
    ("结果名称以“证”结尾", PERMIT, "ending: certificate", "ending: other", "certificate", "ending"),
    ("到办事现场次数不为 0", PERMIT, "  visits_reason:", "  #", "没有写为什么", "visits: 1"),
    ("到办事现场次数为 0 又不能网办", OLD_AGE, "online: true\n  online_depth: 4", "online: false", "不能邮寄", "channels"),
    ("全程网办", PERMIT, "online_depth: 3", "online_depth: 4", "跑 1 趟", "online_depth"),
    ("收费的应写明依据", PERMIT, "fee: {charged: false}", "fee: {charged: true}", "没有写全", "fee"),
    ("咨询电话和投诉电话", PERMIT, "complaint_phone: 0771-0000014", "complaint_phone: 0771-0000013", "同一个", "complaint"),
    ("咨询电话和投诉电话", PERMIT, "consult_phone: 0771-0000013", 'consult_phone: "110"', "0771-1234567", "consult"),
    ("服务对象应与主题", PERMIT, "audience: [natural_person]", "audience: [enterprise]", "主题", "topics"),
    ("行政许可至少", OLD_AGE, "item_type: benefit", "item_type: licence", "办结", "steps:"),
    ("有审批结果的应有结果样本", FIRST, "  sample: decision-sample.txt\n", "", "没有样本", "result:"),
    ("承诺时限不得长于法定", OLD_AGE, "promise_days: 10", "promise_days: 21", "法定 20 天", "promise_days"),
    ("每一样必要材料", PERMIT, "    standard:", "    remark:", "怎样才算合格", "- id: identity_card"),
    ("同一列里的编号", PERMIT, "- id: photograph", "- id: identity_card", "用了两次", "materials:"),
    ("事项编码的位数", PERMIT, "codes:\n", 'codes:\n  basic: "12"\n', "位数", "basic"),
    ("事项编码的位数", PERMIT, "codes:\n", 'codes:\n  basic: "000511001000"\n', "类型是 05", "basic"),
    ("事项编码的位数", PERMIT, "codes:\n", f'codes:\n  implementation: "{BODY[:-1]}54000711001000"\n', "信用代码", "impl"),
    ("事项编码的位数", PERMIT, "codes:\n", f'codes:\n  implementation: "{BODY}7000711001000"\n', "字符不对", "impl"),
    ("事项编码的位数", PERMIT, "codes:\n", f'codes:\n  implementation: "{BODY}5000711001000"\n', "第 19 位", "impl"),
    ("事项编码的位数", PERMIT, "codes:\n", f'codes:\n  basic: "000711001000"\n  handling: "{BODY}400071100200001"\n', "不一样", "handling"),
    ("事项编码的位数", PERMIT, "codes:\n", f'codes:\n  implementation: "{BODY}4000711001000"\n  handling: "{BODY}400071100200001"\n', "开头", "handling"),
    ("有效期应当有先有后", PERMIT, "version: 1\n", "version: 1\neffective_until: 2025-01-01\n", "失效", "effective_until"),
    ("参数的值应当是", PERMIT, "{value: 6,", "{value: 六,", "六", "{value: 六"),
    ("参数的值应当是", RECOGNITION, "{value: [older,", "{value: [1,", "texts", "{value: [1"),
    ("选择题应有两个以上", OLD_AGE, "kind: digits", "kind: choice", "选项不对", "- id: card_number"),
    ("条件应当读得懂", PERMIT, "p.months_registered\n", "p.month_registered\n", "months_registered", "expression"),
    ("条件应当读得懂", RECOGNITION, "in p.categories", "== p.categories", "一列文字", "expression"),
    ("一句话里要填的名字", OLD_AGE, "满 {p.old_age_from} 周岁", "满 {p.old_age} 周岁", "不认识", "statement"),
    ("用到的参数、属性", OLD_AGE, "parameter: amount_100", "parameter: amount_110", "没有参数", "amount_110"),
    ("用到的参数、属性", RENTAL, "division_of: residence_division, digits: 6", "division_of: home, digits: 6", "home", "home"),
    ("即办件应写明", REGISTRATION, "    examiner_minutes: 30", "    examiner_minutes: 0", "大于 0", "instant"),
    ("即办件应写明", PERMIT, "  delivery:", "  instant: {automatic: false, examiner_minutes: 5}\n  delivery:", "不是", "instant"),
    ("即办件应写明", REGISTRATION, "    examiner_minutes: 30", "    examiner_minutes: 30\n    duty_from: 18:00", "18:00", "instant"),
    ("即办件应写明", REGISTRATION, "    examiner_minutes: 30", "    examiner_minutes: 30\n    duty_until: 24:00", "24:00", "instant"),
    ("由系统即时决定的", REGISTRATION, "lives_here: [office, register]", "lives_here: [desk]", "窗口的话", "lives_here"),
    ("由系统即时决定的", REGISTRATION, "      lives_here: [office, register]\n", "", "lives_here", "sources"),
    ("由系统即时决定的", REGISTRATION, "sampling_percent: 5", "sampling_percent: 0", "抽查", "instant"),
    ("由系统即时决定的", REGISTRATION, ELIGIBILITY, "eligibility: []\n", "没有条件", "automatic"),
    ("行政许可按工作日", LIFT, "  unit: working\n  promise_days", "  unit: natural\n  promise_days", "工作日", "unit"),
    ("行政许可按工作日", LIFT, "  notice:\n    days: 5", "  notice:\n    days: 6", "最多 5 个", "notice"),
    ("行政许可按工作日", LIFT, "  delivery:\n    days: 10", "  delivery:\n    days: 10\n    unit: natural", "最多 10 个", "delivery"),
    ("行政许可按工作日", LIFT, "    approver: head", "    approver: signer", "应当写 head", "approver"),
    ("写公示的应有公示环节", RECOGNITION, "    step: publish", "    step: decide", "不是公示环节", "step: decide"),
    ("写公示的应有公示环节", RECOGNITION, "minimum_days: 5", "minimum_days: 0", "至少 1 天", "minimum_days"),
    ("各环节时限相加", RECOGNITION, "limit_days: 10", "limit_days: 11", "21 天", "steps:"),
    ("环节应有收件或受理在前", PERMIT, "stage: receive", "stage: deliver", "次序", "steps:"),
    ("环节应有收件或受理在前", OLD_AGE, "stage: decide,", "stage: examine,", "没有决定", "steps:"),
    ("特别程序、延期", DISABILITY, "maximum_days: 30", "maximum_days: 0", "至少 1 天", "maximum_days"),
    ("特别程序、延期", DISABILITY, "      step: examine", "      step: hospital", "hospital", "step: hospital"),
    ("特别程序、延期", OLD_AGE, "    days: 5\n", "    days: 0\n", "至少 1 天", "days: 0"),
    ("补齐补正、告知、送达", PERMIT, "notice: {days: 5", "notice: {days: 0", "至少 1 天", "notice"),
    ("补齐补正、告知、送达", OLD_AGE, "item_type: benefit", "item_type: licence", "deemed_accepted", "notice"),
    ("实名等级应当", PERMIT, "minimum_level: 3\n  agents", "minimum_level: 5\n  agents", "1、2、3、4", "minimum_level"),
    ("实名等级应当", PERMIT, "guardian_below: 16", "guardian_below: 60", "18 周岁", "guardian_below"),
    ("写了“已确认”的", PERMIT, "  promise_trust: to_be_confirmed", "  promise_trust: confirmed", "来源", "promise_days"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "file", "old", "new", "said", "where"), SEEDED)
def test_a_bad_file_is_refused_by_its_rule(rule, file, old, new, said, where):
    assert FILES[file].count(old) >= 1
    text = FILES[file].replace(old, new, 1)

    with pytest.raises(ItemFileError) as caught:
        read_checked(text, f"{file}.yaml")

    found = [one for one in caught.value.problems if one.rule.zh.startswith(rule)]
    assert found
    assert any(said in one.message.zh for one in found)
    assert any(where in text.splitlines()[one.line - 1] for one in found)


def test_every_rule_has_its_bad_file():
    assert [rule.words.zh for rule in RULES if not any(rule.words.zh.startswith(one[0]) for one in SEEDED)] == []


@pytest.mark.parametrize(("_rule", "file", "old", "new", "_said", "_where"), SEEDED)
def test_the_refusal_is_told_in_english_too(_rule, file, old, new, _said, _where):
    with pytest.raises(ItemFileError) as caught:
        read_checked(FILES[file].replace(old, new, 1), f"{file}.yaml")

    for problem in caught.value.problems:
        line = problem.spoken(f"{file}.yaml", "en")
        quoted = re.sub(r"“[^”]*”", "", line)
        assert re.match(rf"{file}\.yaml:[0-9]+: .+ \(.+\)$", line)
        assert not re.search(r"[一-鿿]", quoted.replace("证", "").replace("文", "").replace("批复", ""))


def test_three_codes_that_agree_are_taken():
    implementation = f"{BODY}4000711001000"
    codes = f'codes:\n  basic: "000711001000"\n  implementation: "{implementation}"\n  handling: "{implementation}01"\n'

    item, _tree = read_checked(FILES[PERMIT].replace("codes:\n", codes, 1), "1.yaml")

    assert [len(one) for one in (item.codes.basic, item.codes.implementation, item.codes.handling)] == [12, 31, 33]


@settings(deadline=None)
@given(st.integers(0, 17), st.sampled_from(CREDIT_ALPHABET))
def test_no_single_wrong_character_of_the_code_of_a_body_gets_through(at, other):
    body = BODY[:at] + other + BODY[at + 1 :]
    item = replace(PERMIT_ITEM, codes=Codes(implementation=f"{body}4000711001000"))

    told = [message.zh for _path, message in codes_are_national(item)]

    assert told == ([] if body == BODY else [f"“{body}”不是统一社会信用代码"])


@pytest.mark.parametrize(("approver", "is_refused"), [("signer", True), ("head", True), ("government_head", False)])
def test_a_licence_of_several_departments_is_extended_by_the_government_alone(approver, is_refused):
    """行政许可法 42, second paragraph."""
    text = FILES[RENTAL].replace("item_type: confirmation", "item_type: licence", 1)
    text = text.replace("approver: government_head", f"approver: {approver}", 1)
    with pytest.raises(ItemFileError) as caught:  # it has no questions and no consequence of a late notice
        read_checked(text, "1.yaml")
    assert any("应当写 government_head" in one.message.zh for one in caught.value.problems) is is_refused
