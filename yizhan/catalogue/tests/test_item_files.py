"""A bad item file is refused with its file, its line and the rule in its own words."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yizhan.catalogue.rules.consistency import RULES, read_checked
from yizhan.catalogue.rules.reading import ItemFileError, definition_of, plain_of, tree_of
from yizhan.catalogue.testing import OLD_AGE_ALLOWANCE_FILE

GOOD = OLD_AGE_ALLOWANCE_FILE.read_text(encoding="utf-8")


def refused(text):
    with pytest.raises(ItemFileError) as caught:
        read_checked(text, "1.yaml")
    return caught.value.problems


def changed(old, new):
    assert GOOD.count(old) >= 1, old
    return GOOD.replace(old, new, 1)


def line_of_text(text, part):
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "rule", "said"),
    [
        ("project_type: promised", "project_type: instant", "应为承诺件", "应当是承诺件"),
        ("review_type: review_first", "review_type: at_once", "应为承诺件", "先审后批"),
        ("promise_days: 10", "promise_days: 0", "办件类型应为即办件", "0 天就是即办"),
        (
            "name: {zh: 高龄津贴决定书, en: Decision on the old-age allowance}",
            "name: 高龄津贴证",
            "出证办结",
            "办结方式",
        ),
        ("  visits: 0\n", "  visits: 0\n  visits_reason: 当面核对\n", "为 0 的不写原因", "一趟不用跑"),
        ("  visits: 0\n", "  visits: 1\n", "应写原因", "没有写为什么"),
        ("  visits: 0\n", "  visits: 1\n  visits_reason: 当面核对\n", "全程网办", "要跑 1 趟"),
        ("fee: {charged: false}", "fee: {charged: true}", "收费的应写明依据", "没有写全"),
        ("fee: {charged: false}", "fee: {charged: false, online_payment: true}", "不收费的不应", "网上支付"),
        ("consult_phone: 0771-0000001", 'consult_phone: "5500001"', "带区号", "0771-1234567"),
        ("complaint_phone: 0771-0000002", "complaint_phone: 0771-0000001", "不是同一个号码", "同一个"),
        ("audience: [natural_person]", "audience: [enterprise]", "主题分类一致", "主题"),
        ("  sample: decision-sample.txt\n", "", "结果样本", "没有样本"),
        ("promise_days: 10", "promise_days: 21", "不得长于法定时限", "承诺 21 天，法定 20 天"),
        ("    standard: {zh: 卡面清楚", "    basis: {zh: 卡面清楚", "受理标准", "社会保障卡"),
        ("- id: identity_card", "- id: social_security_card", "编号不重复", "用了两次"),
        ("expression: alive\n", "expression: alife\n", "条件应当读得懂", "是不是“alive”"),
        ("满 {p.old_age_from} 周岁", "满 {p.old_age} 周岁", "要填的名字", "是不是“p.old_age_from”"),
        ("parameter: amount_80_89", "parameter: amount_80", "用到的参数", "没有参数"),
        ("value: 80,", "value: 八十,", "自己说的那一种", "八十"),
        ("item_type: benefit", "item_type: licence", "受理、审核", ""),
    ],
)
def test_each_rule_refuses_in_its_own_words(old, new, rule, said):
    text = changed(old, new)
    if rule.startswith("受理、"):
        text = text[: text.index("questions:")]
    problems = [one for one in refused(text) if rule in one.rule.zh]

    assert problems
    assert all(said in one.message.zh for one in problems)
    assert all(1 <= one.line <= text.count("\n") + 1 for one in problems)


def test_no_visit_and_not_online_needs_the_post():
    text = changed("  online: true\n  online_depth: 4\n", "  online: false\n")

    (problem,) = refused(text)

    assert "快递" in problem.rule.zh
    assert problem.line == line_of_text(text, "  channels:")


class TestFields:
    def test_an_unknown_field_is_named_with_its_line_and_what_was_meant(self):
        text = changed("promise_days: 10", "promised_days: 10")

        problems = refused(text)

        line = line_of_text(text, "promised_days")
        assert ("没有字段“promised_days”，是不是“promise_days”？", line) in [(p.message.zh, p.line) for p in problems]
        assert any("少了字段“promise_days”" in p.message.zh for p in problems)

    def test_the_error_reads_like_a_compiler(self):
        text = changed("department: civil_affairs", "department: civil_afairs")

        with pytest.raises(ItemFileError) as caught:
            read_checked(text, "old_age_allowance/1.yaml")

        line = line_of_text(text, "department")
        assert str(caught.value).startswith(f"old_age_allowance/1.yaml:{line}: ")
        assert "是不是“civil_affairs”" in str(caught.value)

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("version: 1", "version: one", "应当是整数"),
            ("version: 1", 'version: "1"', "应当是整数"),
            ("effective_from: 2026-01-01", "effective_from: 2026-02-30", "没有 2026-02-30 这一天"),
            ("effective_from: 2026-01-01", "effective_from: soon", "应当是日期"),
            ("charged: false", "charged: no", "true 或 false"),
            ("channels: [window, online]", "channels: window", "一列"),
            ("attributes:\n", "attributes: 3\nx:\n", "名称: 内容"),
            ("summary:\n", "summary: [a]\nx:\n", "应当是文字"),
            ("version: 1", "version: 1\nversion: 2", "写了两次"),
            ("version: 1", "version: &a 1", "锚点"),
            ("version: 1", "version: !!python/object:os.system 1", "标签"),
            ("version: 1", "version: [[[[[[[[[[[[[[1]]]]]]]]]]]]]]", "套得太深"),
            ("version: 1", "version: [", "YAML"),
        ],
    )
    def test_a_bad_value_is_named(self, old, new, said):
        assert any(said in one.message.zh for one in refused(changed(old, new)))

    @pytest.mark.parametrize("text", ["", "a", "- a", "\x00", "[" * 5000, "a: " * 4000, "a" * 300_000, "﻿", "? [a]: b"])
    def test_rubbish_is_refused(self, text):
        assert refused(text)

    @settings(max_examples=150, deadline=None)
    @given(st.integers(0, len(GOOD) - 1), st.integers(0, 40), st.text(max_size=8))
    def test_a_damaged_file_raises_nothing_but_its_own_error(self, at, length, put):
        with suppress(ItemFileError):
            read_checked(GOOD[:at] + put + GOOD[at + length :], "1.yaml")


def test_what_is_stored_reads_back_the_same():
    item, tree = read_checked(GOOD, "1.yaml")

    assert definition_of(tree_of(plain_of(tree)), "1.yaml") == item


def test_every_rule_has_words():
    assert len(RULES) >= 13
    assert all(one.words.zh and one.words.en for one in RULES)
