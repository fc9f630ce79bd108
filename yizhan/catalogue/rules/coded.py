"""What the codes in an item file mean, by the field in which they stand."""

from __future__ import annotations

from yizhan.catalogue.rules.words import Words

_TRUST = {
    "confirmed": Words("已确认", "confirmed"),
    "to_be_confirmed": Words("待市里确认", "to be confirmed by the city"),
    "historical": Words("历史数字", "historical"),
}

CODED: dict[str, dict[str, Words]] = {
    "trust": _TRUST,
    "promise_trust": _TRUST,
    "legal_trust": _TRUST,
    "life_events": {
        "birth": Words("生孩子", "Having a child"),
        "study_and_work": Words("上学就业", "School and work"),
        "settling": Words("户籍和居住", "Registration and residence"),
        "housing": Words("住房", "Housing"),
        "old_age": Words("养老", "Old age"),
        "disability": Words("残疾", "Disability"),
        "hardship": Words("有困难", "Hardship"),
        "money": Words("领补贴", "Allowances"),
        "dispute": Words("打官司", "Going to court"),
    },
    "state": {
        "in_use": Words("在用", "in use"),
        "paused": Words("暂停", "paused"),
        "cancelled": Words("取消", "cancelled"),
    },
    "item_type": {
        "licence": Words("行政许可", "licence"),
        "penalty": Words("行政处罚", "penalty"),
        "coercion": Words("行政强制", "coercion"),
        "levy": Words("行政征收", "levy"),
        "benefit": Words("行政给付", "benefit"),
        "inspection": Words("行政检查", "inspection"),
        "confirmation": Words("行政确认", "confirmation"),
        "reward": Words("行政奖励", "reward"),
        "ruling": Words("行政裁决", "ruling"),
        "other_power": Words("其他行政权力", "other power"),
        "public_service": Words("公共服务", "public service"),
    },
    "department": {
        "public_security": Words("公安", "Public Security"),
        "human_resources": Words("人社", "Human Resources and Social Security"),
        "civil_affairs": Words("民政", "Civil Affairs"),
        "housing": Words("住房", "Housing"),
        "health": Words("卫健", "Health"),
        "finance": Words("财政", "Finance"),
        "justice": Words("司法", "Justice"),
        "trade_unions": Words("总工会", "Trade Unions"),
        "ethnic_affairs": Words("民委", "Ethnic Affairs"),
        "disabled_persons": Words("残联", "Disabled Persons' Federation"),
    },
    "level": {
        "national": Words("国家级", "national"),
        "province": Words("省级", "province"),
        "city": Words("市级", "city"),
        "county": Words("县级", "county"),
        "township": Words("乡级", "township"),
        "village": Words("村级", "village"),
    },
    "nature": {
        "statutory_body": Words("法定机关", "statutory body"),
        "authorised_body": Words("授权组织", "authorised body"),
        "entrusted_body": Words("受委托组织", "entrusted body"),
    },
    "unit": {"working": Words("工作日", "working days"), "natural": Words("自然日", "calendar days")},
    "agents": {
        "anybody": Words("可以委托任何人", "anybody who is authorised"),
        "relatives": Words("限亲属、监护人", "relatives and guardians"),
        "nobody": Words("不能代办", "nobody"),
    },
    "when_late": {
        "deemed_accepted": Words("视为受理", "deemed accepted"),
        "none": Words("没有后果", "nothing follows"),
        "deemed_withdrawn": Words("视为撤回申请", "deemed withdrawn"),
        "decided_as_it_is": Words("按现有材料决定", "decided on what is there"),
    },
    "kind": {
        "hearing": Words("听证", "hearing"),
        "testing": Words("检验检测", "testing"),
        "quarantine": Words("检疫", "quarantine"),
        "appraisal": Words("鉴定", "appraisal"),
        "expert_review": Words("专家评审", "expert review"),
        "household_check": Words("入户和经济状况核查", "check of the household"),
        "site_visit": Words("实地核查", "visit to the site"),
        "boolean": Words("是或否", "yes or no"),
        "number": Words("数", "number"),
        "text": Words("文字", "text"),
        "date": Words("日期", "date"),
        "booleans": Words("几个是或否", "several yes or no"),
        "numbers": Words("几个数", "numbers"),
        "texts": Words("几段文字", "texts"),
        "dates": Words("几个日期", "dates"),
        "name": Words("姓名", "name"),
        "digits": Words("号码", "digits"),
        "phone": Words("电话", "phone"),
        "identity_number": Words("身份证号码", "identity number"),
        "choice": Words("选一项", "choice"),
        "integer": Words("整数", "whole number"),
        "money_fen": Words("金额", "amount of money"),
    },
    "approver": {
        "signer": Words("分管负责人", "the office's signer"),
        "head": Words("机关负责人", "the head of the body"),
        "government_head": Words("本级政府负责人", "the head of the government"),
    },
    "term": {
        "ten_years": Words("10 年", "10 years"),
        "thirty_years": Words("30 年", "30 years"),
        "permanent": Words("永久", "for ever"),
    },
    "project_type": {"instant": Words("即办件", "instant"), "promised": Words("承诺件", "promised")},
    "review_type": {
        "at_once": Words("即审即办", "decided at once"),
        "review_first": Words("先审后批", "examined first"),
    },
    "audience": {
        "natural_person": Words("自然人", "natural persons"),
        "enterprise": Words("企业法人", "enterprises"),
        "institution": Words("事业法人", "public institutions"),
        "social_organisation": Words("社会组织法人", "social organisations"),
        "other": Words("其他", "others"),
    },
    "channels": {
        "window": Words("窗口", "window"),
        "online": Words("网上", "online"),
        "post": Words("快递", "post"),
    },
    "scope": {
        "nation": Words("全国", "nation"),
        "province": Words("全省", "province"),
        "city": Words("全市", "city"),
        "county": Words("全县（区）", "county"),
        "township": Words("全乡镇（街道）", "township"),
    },
    "stage": {
        "receive": Words("收件", "taking in"),
        "accept": Words("受理", "acceptance"),
        "examine": Words("审查", "examination"),
        "publish": Words("公示", "public notice"),
        "decide": Words("决定", "decision"),
        "close": Words("办结", "closing"),
        "deliver": Words("送达", "delivery"),
    },
    "ending": {
        "certificate": Words("出证办结", "a certificate"),
        "letter": Words("出文办结", "a letter"),
        "approval": Words("审批办结", "an approval"),
        "other": Words("其他", "other"),
    },
    "necessity": {
        "required": Words("必要", "required"),
        "optional": Words("非必要", "optional"),
        "later": Words("容缺后补", "may follow later"),
    },
    "origin": {
        "applicant": Words("申请人自备", "the applicant has it"),
        "government": Words("政府部门核发", "issued by the government"),
        "other": Words("其他", "other"),
    },
    "type": {
        "original": Words("原件", "original"),
        "copy": Words("复印件", "copy"),
        "both": Words("原件和复印件", "original and copy"),
    },
    "medium": {
        "paper": Words("纸质", "paper"),
        "electronic": Words("电子", "electronic"),
        "either": Words("纸质或电子", "paper or electronic"),
    },
}


def meaning_of(field: str, code: str) -> Words | None:
    return CODED.get(field, {}).get(code)
