"""What our codes are called on a page."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yizhan.people.rules.acting import EVERYTHING, RelationKind
from yizhan.people.rules.identity import IdentityFault, Sex
from yizhan.people.rules.levels import IdentityDocument
from yizhan.people.rules.looking import Purpose
from yizhan.people.rules.names import NameFault
from yizhan.people.rules.organisations import Department, OrganisationKind, Role

Labels = dict[str, Promise | str]

DEPARTMENTS: Labels = {
    Department.PUBLIC_SECURITY: _("公安"),
    Department.HUMAN_RESOURCES: _("人社"),
    Department.CIVIL_AFFAIRS: _("民政"),
    Department.HOUSING: _("住房"),
    Department.HEALTH: _("卫健"),
    Department.FINANCE: _("财政"),
    Department.JUSTICE: _("司法"),
    Department.TRADE_UNIONS: _("总工会"),
    Department.ETHNIC_AFFAIRS: _("民委"),
    Department.DISABLED_PERSONS: _("残联"),
}
KINDS: Labels = {
    OrganisationKind.DEPARTMENT: _("部门科室"),
    OrganisationKind.DESK: _("窗口"),
    OrganisationKind.CITY: _("市级运行机构"),
    OrganisationKind.GOVERNMENT: _("人民政府"),
    OrganisationKind.MERCHANT: _("商户"),
    OrganisationKind.OTHER: pgettext_lazy("单位类别", "其他"),
}
ROLES: Labels = {
    Role.DESK_CLERK: _("综合窗口人员"),
    Role.EXAMINER: _("审批员"),
    Role.SIGNER: _("签发人"),
    Role.OFFICE_LEAD: _("科室负责人"),
    Role.OFFICE_HEAD: _("机关负责人"),
    Role.GOVERNMENT_HEAD: _("政府负责人"),
    Role.DELIVERY_CLERK: _("统一出件人员"),
    Role.SUPERVISOR: _("督查员"),
    Role.PLANNER: _("规划员"),
    Role.DATA_STEWARD: _("数据管理员"),
    Role.ADMINISTRATOR: _("系统管理员"),
    Role.SECURITY_OFFICER: _("安全管理员"),
    Role.AUDITOR: _("审计员"),
}
RELATIONS: Labels = {
    RelationKind.DAUGHTER: _("女儿"),
    RelationKind.SON: _("儿子"),
    RelationKind.SPOUSE: _("配偶"),
    RelationKind.PARENT: _("父母"),
    RelationKind.GUARDIAN: _("监护人"),
    RelationKind.OTHER: _("受托人"),
}
SCOPES: Labels = {
    EVERYTHING: _("全部事情"),
    "matters": _("申请和办理"),
    "matters.old_age_allowance": _("高龄津贴"),
    "delivery": _("代领结果"),
    "reads": _("看谁查过资料"),
}
SEXES: Labels = {Sex.FEMALE: _("女"), Sex.MALE: _("男")}
PURPOSES: Labels = {
    Purpose.INTAKE: _("收件：到窗口办事"),
    Purpose.FILED_ONLINE: _("收件：网上交的件"),
    Purpose.DELIVERY: _("出件：到窗口领结果"),
    Purpose.EXAMINATION: _("审查申请"),
    Purpose.DECISION: _("签发决定"),
    Purpose.ELIGIBILITY: _("核对条件"),
    Purpose.DESK_LIST: _("窗口按姓名查找"),
    Purpose.ACTING: _("家人代办"),
    Purpose.NOTICE: _("发通知"),
}
FIELDS: Labels = {
    "name": pgettext_lazy("查看的内容", "姓名"),
    "id_number_masked": pgettext_lazy("查看的内容", "身份证号码（打码）"),
    "id_number": pgettext_lazy("查看的内容", "完整身份证号码"),
    "phone_masked": pgettext_lazy("查看的内容", "手机号（打码）"),
    "sex": pgettext_lazy("查看的内容", "性别"),
    "born_on": pgettext_lazy("查看的内容", "出生日期"),
    "home_community": pgettext_lazy("查看的内容", "居住社区"),
    "hukou_division": pgettext_lazy("查看的内容", "户籍地"),
    "address": pgettext_lazy("查看的内容", "住址"),
    "level": pgettext_lazy("查看的内容", "实名等级"),
    "alive": pgettext_lazy("查看的内容", "健在情况"),
    "receives:old_age_allowance": pgettext_lazy("查看的内容", "是否已领高龄津贴"),
}
CARD = _("基本情况（号码打码）")
OTHER_FACTS = _("办这件事要核对的其他情况")  # what only the item asked knows by name
DOCUMENTS: Labels = {
    IdentityDocument.IDENTITY_CARD: _("居民身份证"),
    IdentityDocument.TEMPORARY_CARD: _("临时身份证"),
    IdentityDocument.HOUSEHOLD_BOOK: _("户口簿"),
    IdentityDocument.RESIDENCE_PERMIT: _("港澳台居民居住证"),
    IdentityDocument.PERMANENT_RESIDENT_CARD: _("外国人永久居留身份证"),
}
LEVELS: dict[int, tuple[Promise, Promise]] = {
    0: (_("未登记"), _("看办事指南、问问题")),
    1: (_("手机号已验证"), _("反映问题、预约、收消息")),
    2: (_("姓名和身份证号码已核对"), _("提交申请、看自己的办件")),
    3: (_("证件已在窗口核验"), _("办补贴津贴、同意调取材料、替家人办事")),
    4: (_("本人已当面核验"), _("办监护、委托等需要本人到场的事")),
}
IDENTITY_FAULTS: Labels = {
    IdentityFault.EMPTY: _("请填写身份证号码。"),
    IdentityFault.OLD_FIFTEEN: _("这是15位的老号码，现在要用18位的。请看身份证正面，或者到窗口换证。"),
    IdentityFault.LENGTH: _("身份证号码应是18位，请数一数有没有漏写或多写。"),
    IdentityFault.CHARACTERS: _("身份证号码只有数字，最后一位可以是X。"),
    IdentityFault.REGION: _("身份证号码开头的地区不对，请对照证件再看一遍。"),
    IdentityFault.NO_SUCH_DAY: _("身份证号码里的出生日期没有这一天，请对照证件再看一遍。"),
    IdentityFault.FUTURE: _("身份证号码里的出生日期还没到，请对照证件再看一遍。"),
    IdentityFault.CHECK_DIGIT: _("身份证号码对不上，可能写错了一位，请对照证件再看一遍。"),
}
NAME_FAULTS: Labels = {
    NameFault.EMPTY: _("请填写姓名。"),
    NameFault.TOO_LONG: _("姓名最多50个字。"),
    NameFault.CHARACTERS: _("姓名里有看不见的字符，请重新输入。"),
}
PHONE_FAULT = _("请填写11位手机号码。")


def label(labels: Labels, code: str) -> str:
    """The label of a code, or the code itself where nobody has named it yet."""
    return str(labels.get(code, code))
