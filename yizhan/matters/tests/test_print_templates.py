"""The papers print, whatever the names and however much stands in them."""

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from yizhan.documents.testing import printed_pdf

PRINT = Path(__file__).parents[1] / "print"
AGENT = {"name": "农秀珍", "relation": "女儿"}
ACCEPTANCE = {
    "applicant": "韦桂英",
    "agent": AGENT,
    "item": "高龄津贴发放",
    "case_number": "450103MZJF202609180000372K",
    "office": "南宁市青秀区民政局",
    "desk": "万力社区综合窗口",
    "accepted_on": "2026年9月18日",
    "promise": {"limit": "10 个工作日", "due_on": "2026年10月12日（星期一）", "provisional": False},
    "legal": {"limit": "20 个工作日", "due_on": "2026年10月26日（星期一）", "provisional": True},
    "materials": [{"name": "居民身份证", "note": "原件核验，退回"}, {"name": "户口簿", "note": "留存影像"}],
    "pickup_code": "7K4 29M",
    "contact": None,
    "notes": ["凭取件码和身份证，可在全市任一社区窗口领取结果。"],
}
DECISION = {
    "outcome": "granted",
    "applicant": "韦桂英",
    "agent": AGENT,
    "item": "高龄津贴发放",
    "case_number": "450103MZJF202609180000372K",
    "accepted_on": "2026年9月18日",
    "clauses": [
        {"rule": "年满 80 周岁", "finding": "现 80 周岁", "holds": True, "source": "身份证核验"},
        {"rule": "未重复领取", "finding": "没有来源能回答", "holds": None, "source": "—"},
    ],
    "basis": ["《样例办法》第三条"],
    "decision": ["准予向韦桂英发放高龄津贴。", "自 2026年10月起按月发放。"],
    "grant": [["津贴标准", "每月 100 元"]],
    "reasons": [],
    "remedies": ["自收到本决定书之日起 60 日内，可以申请行政复议。"],
    "copies": None,
}
RECEIPT = {
    "case_number": "450103MZJF202609180000372K",
    "item": "高龄津贴发放",
    "documents": [{"title": "准予高龄津贴发放决定书", "number": "南青民决〔2026〕0372号"}],
    "recipient": "韦桂英",
    "recipient_identity": "450103********0024",
    "agent": AGENT,
    "place": "万力社区综合窗口",
    "method": "窗口直接送达",
    "delivered_at": "2026年10月9日 10时48分",
    "desk": "万力社区综合窗口",
    "officer": "莫小兰",
    "presence": "代办人到场，核验身份证原件和取件码",
    "remarks": None,
}
LETTER = {
    "applicant": "韦桂英",
    "agent": AGENT,
    "item": "最低生活保障",
    "case_number": "450103MZJF202609180000372K",
    "opening": "需要进行民主评议。所需时间不计入办理期限，现书面告知。",
    "facts": [["特别程序", "民主评议"], ["计划结束", "2026年12月3日"], ["咨询电话", None]],
    "parts": [{"title": "理由", "lines": ["邻里对收入有异议", "需要评议"]}],
    "notes": ["到计划结束之日没有提前结束的，自动恢复办理。"],
}
PAPERS = {"acceptance_notice": ACCEPTANCE, "decision": DECISION, "delivery_receipt": RECEIPT, "letter": LETTER}


def printed(template: str, data: dict, **facts: object) -> PdfReader:
    return PdfReader(BytesIO(printed_pdf(PRINT / f"{template}.typ", data, **facts)))


def text_of(pdf: PdfReader) -> str:
    return "".join("".join(page.extract_text().split()) for page in pdf.pages)


@pytest.mark.parametrize("template", PAPERS)
def test_prints_on_one_page_with_number_code_and_issuer(template: str):
    pdf = printed(template, PAPERS[template])
    text = text_of(pdf)
    assert len(pdf.pages) == 1
    for shown in ("南青民受〔2026〕0372号", "7K4M2-9PQRT-3XWZ8-H5JN6", "南宁市青秀区民政局", "韦桂英", "样例"):
        assert shown in text


@pytest.mark.parametrize("template", PAPERS)
@pytest.mark.parametrize("name", ["#set page()", "*x* <b>", "阿" * 25 + "·" + "买" * 24])
def test_takes_any_name_as_it_is_written(template: str, name: str):
    key = "recipient" if template == "delivery_receipt" else "applicant"
    assert "".join(name.split()) in text_of(printed(template, {**PAPERS[template], key: name}))


@pytest.mark.parametrize("template", PAPERS)
def test_prints_without_an_agent_and_without_a_signature(template: str):
    text = text_of(printed(template, {**PAPERS[template], "agent": None}, kid=None, sample=False))
    assert "农秀珍" not in text
    assert "密钥" not in text
    assert "样例，" not in text


def test_a_refusal_prints_reasons_and_remedies():
    clause = {"rule": "年满 80 周岁", "finding": "现 79 周岁", "holds": False, "source": "身份证核验"}
    changed = {"outcome": "refused", "clauses": [clause], "grant": [], "reasons": ["未满 80 周岁。"]}
    text = text_of(printed("decision", {**DECISION, **changed}))
    for shown in ("不符合", "不予的理由", "未满80周岁", "行政复议"):
        assert shown in text


def test_many_materials_go_on_to_the_next_page():
    materials = [{"name": f"材料{n}", "note": "原件"} for n in range(40)]
    pdf = printed("acceptance_notice", {**ACCEPTANCE, "materials": materials})
    last = len(pdf.pages)
    assert last > 1
    assert f"第{last}页共{last}页" in text_of(pdf)
    assert "材料39" in text_of(pdf)


def test_a_deemed_acceptance_says_so():
    text = text_of(printed("acceptance_notice", {**ACCEPTANCE, "deemed": True}))
    assert "依法视为收到申请之日受理" in text
    assert "材料齐全" not in text
