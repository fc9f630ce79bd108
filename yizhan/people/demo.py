"""The people of the demo city: every one invented, every number synthetic, every row marked as a sample."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from yizhan.kernel.api import Actor, times
from yizhan.people import api as people
from yizhan.people.rules.identity import with_check_digit
from yizhan.people.services.accounts import raise_to_phone_level
from yizhan.people.services.checking import lift_level

SYSTEM = Actor.system("people.demo")
BEGIN = date(2026, 1, 1)
XINZHU, FENGLINGBEI, RONGMO, WANLI = "450103001005", "450103004003", "450103400002", "450107006010"
QINGXIU, XIXIANGTANG = "450103", "450107"

DISTRICTS = {
    "450102": "兴宁区",
    "450103": "青秀区",
    "450105": "江南区",
    "450107": "西乡塘区",
    "450108": "良庆区",
    "450109": "邕宁区",
    "450110": "武鸣区",
}
COMMUNITIES = {XINZHU: "新竹社区", FENGLINGBEI: "凤岭北社区", RONGMO: "蓉茉社区", WANLI: "万力社区"}
CITY_OFFICES = {
    people.Department.PUBLIC_SECURITY: "南宁市公安局",
    people.Department.HUMAN_RESOURCES: "南宁市人力资源和社会保障局",
    people.Department.CIVIL_AFFAIRS: "南宁市民政局",
    people.Department.HOUSING: "南宁市住房和城乡建设局",
    people.Department.HEALTH: "南宁市卫生健康委员会",
    people.Department.FINANCE: "南宁市财政局",
    people.Department.JUSTICE: "南宁市司法局",
    people.Department.TRADE_UNIONS: "南宁市总工会",
    people.Department.ETHNIC_AFFAIRS: "南宁市民族宗教事务委员会",
    people.Department.DISABLED_PERSONS: "南宁市残疾人联合会",
}
# Where a matter goes through two levels: the sub-districts' own part, and two districts' ethnic affairs offices.
SUBDISTRICTS = {
    "450103001": ("xinzhu", "新竹街道办事处（民政）"),
    "450103004": ("nanhu", "南湖街道办事处（民政）"),
    "450103400": ("xianhu", "仙葫经济开发区管委会（民政）"),
    "450107006": ("xinyang", "新阳街道办事处（民政）"),
}
DISTRICT_OFFICES = {
    (people.Department.ETHNIC_AFFAIRS, QINGXIU): "青秀区民族宗教事务局",
    (people.Department.ETHNIC_AFFAIRS, XIXIANGTANG): "西乡塘区民族宗教事务局",
}


class SignIn(NamedTuple):
    who: str
    role: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class _Person:
    key: str
    name: str
    born: str
    sequence: int
    home: str
    hukou: str
    address: str
    phone: str = ""
    account: str = ""
    level: people.Level = people.Level.NONE
    place: str = "450103"


@dataclass(frozen=True, kw_only=True)
class _Clerk:
    key: str
    name: str
    number: str
    phone: str
    roles: tuple[tuple[people.Role, str], ...]
    words: str


# Even sequences are women, odd ones men; places of numbers are where somebody was first registered.
RESIDENTS = (
    _Person(key="mother", name="农秀珍", born="19450603", sequence=24, home=XINZHU, hukou=WANLI, place="450107",
            address="新竹小区 3栋 2单元 501", phone="13900000001", level=people.Level.DOCUMENT),
    _Person(key="daughter", name="韦海燕", born="19720918", sequence=46, home=XINZHU, hukou=XINZHU,
            address="新竹小区 3栋 2单元 501", phone="13900000001", account="13900000001", level=people.Level.DOCUMENT),
    _Person(key="nearly_eighty", name="覃玉兰", born="19470302", sequence=28, home=XINZHU, hukou=XINZHU,
            address="新竹小区 1栋 1单元 102", phone="13900000003", account="13900000003", level=people.Level.DOCUMENT),
    _Person(key="applicant_87", name="黄桂英", born="19390115", sequence=62, home=WANLI, hukou=WANLI, place="450107",
            address="万力社区 5栋 301", phone="13900000004", account="13900000004", level=people.Level.DOCUMENT),
    _Person(key="centenarian", name="陆阿妹", born="19251102", sequence=4, home=WANLI, hukou=WANLI, place="450121",
            address="万力社区 2栋 103", level=people.Level.DOCUMENT),
    _Person(key="son_of_centenarian", name="陆志强", born="19560820", sequence=31, home=WANLI, hukou=WANLI,
            place="450107", address="万力社区 2栋 103", phone="13900000005", account="13900000005",
            level=people.Level.DOCUMENT),
    _Person(key="leap_day", name="梁闰生", born="19440229", sequence=17, home=FENGLINGBEI, hukou=FENGLINGBEI,
            address="凤岭北路 12栋 802", phone="13900000006", level=people.Level.NUMBER),
    _Person(key="from_elsewhere", name="吴月娥", born="19411212", sequence=8, home=FENGLINGBEI, hukou="430102",
            place="430102", address="凤岭北路 9栋 1201", phone="13900000007", level=people.Level.DOCUMENT),
    _Person(key="minority_name", name="阿依古丽·吐尔逊", born="19880505", sequence=66, home=RONGMO, hukou=RONGMO,
            place="650102", address="蓉茉大道 6栋 604", phone="13900000008", account="13900000008",
            level=people.Level.NUMBER),
    _Person(key="rare_character", name="黄𠮷安", born="19630707", sequence=53, home=RONGMO, hukou=RONGMO,
            address="蓉茉大道 2栋 301", phone="13900000009", level=people.Level.NUMBER),
    _Person(key="permit_holder", name="陈美玲", born="19810715", sequence=6, home=XINZHU, hukou="", place="830000",
            address="新竹小区 7栋 1单元 301", phone="13900000010", level=people.Level.DOCUMENT),
    _Person(key="young_father", name="莫文杰", born="19930321", sequence=75, home=WANLI, hukou=WANLI, place="450107",
            address="万力社区 8栋 602", phone="13900000011", account="13900000011", level=people.Level.PHONE),
    _Person(key="child", name="莫小宝", born="20200601", sequence=82, home=WANLI, hukou=WANLI, place="450107",
            address="万力社区 8栋 602"),
    _Person(key="wuming", name="韦阿祥", born="19370425", sequence=13, home=FENGLINGBEI, hukou="450110",
            place="450122", address="凤岭北路 3栋 402", phone="13900000012", level=people.Level.DOCUMENT),
)  # fmt: skip

CLERKS = (
    _Clerk(key="clerk_xinzhu", name="莫小兰", number="XZ0001", phone="13900000021",
           roles=((people.Role.DESK_CLERK, "desk_xinzhu"),), words="新竹社区 综合窗口"),
    _Clerk(key="clerk_wanli", name="李春燕", number="WL0001", phone="13900000022",
           roles=((people.Role.DESK_CLERK, "desk_wanli"),), words="万力社区 综合窗口"),
    _Clerk(key="clerk_fenglingbei", name="周敏", number="FL0001", phone="13900000023",
           roles=((people.Role.DESK_CLERK, "desk_fenglingbei"),), words="凤岭北社区 综合窗口"),
    _Clerk(key="clerk_rongmo", name="卢志华", number="RM0001", phone="13900000024",
           roles=((people.Role.DESK_CLERK, "desk_rongmo"),), words="蓉茉社区 综合窗口"),
    _Clerk(key="examiner_xixiangtang", name="韦丽华", number="XXT001", phone="13900000031",
           roles=((people.Role.EXAMINER, "civil_affairs_xixiangtang"),), words="西乡塘区民政局 审批员"),
    _Clerk(key="signer_xixiangtang", name="梁少芬", number="XXT002", phone="13900000032",
           roles=((people.Role.SIGNER, "civil_affairs_xixiangtang"),
                  (people.Role.OFFICE_LEAD, "civil_affairs_xixiangtang")),
           words="西乡塘区民政局 签发人、科室负责人"),
    _Clerk(key="examiner_qingxiu", name="覃志伟", number="QX0001", phone="13900000033",
           roles=((people.Role.EXAMINER, "civil_affairs_qingxiu"),), words="青秀区民政局 审批员"),
    _Clerk(key="signer_qingxiu", name="黄晓明", number="QX0002", phone="13900000034",
           roles=((people.Role.SIGNER, "civil_affairs_qingxiu"),
                  (people.Role.OFFICE_LEAD, "civil_affairs_qingxiu")),
           words="青秀区民政局 签发人、科室负责人"),
    _Clerk(key="clerk_and_examiner", name="陆建国", number="XXT003", phone="13900000035",
           roles=((people.Role.EXAMINER, "civil_affairs_xixiangtang"),
                  (people.Role.SIGNER, "civil_affairs_xixiangtang"), (people.Role.DESK_CLERK, "desk_wanli")),
           words="万力社区窗口兼西乡塘区民政局审批员：自己收的件自己不能批"),
    _Clerk(key="head_xixiangtang", name="闭少华", number="XXT009", phone="13900000036",
           roles=((people.Role.OFFICE_HEAD, "civil_affairs_xixiangtang"),), words="西乡塘区民政局 机关负责人"),
    _Clerk(key="head_qingxiu", name="农国荣", number="QX0009", phone="13900000037",
           roles=((people.Role.OFFICE_HEAD, "civil_affairs_qingxiu"),), words="青秀区民政局 机关负责人"),
    _Clerk(key="head_police", name="凌志远", number="GA0009", phone="13900000038",
           roles=((people.Role.OFFICE_HEAD, "public_security_city"),), words="南宁市公安局 机关负责人"),
    _Clerk(key="government_head", name="磨春晖", number="ZF0001", phone="13900000039",
           roles=((people.Role.GOVERNMENT_HEAD, "government"),), words="南宁市人民政府 分管负责人：批准联合办理的延期"),
    _Clerk(key="supervisor", name="谢文", number="DC0001", phone="13900000041",
           roles=((people.Role.SUPERVISOR, "city"),), words="南宁市 督查员"),
    _Clerk(key="planner", name="韦思远", number="GH0001", phone="13900000045",
           roles=((people.Role.PLANNER, "planning_bureau"),), words="南宁市自然资源局 规划员：看缺口、做方案"),
    _Clerk(key="data_steward", name="陆晓明", number="SJ0002", phone="13900000046",
           roles=((people.Role.DATA_STEWARD, "city"),), words="南宁市 数据管理员：导入网点"),
    _Clerk(key="administrator", name="何平", number="GL0001", phone="13900000042",
           roles=((people.Role.ADMINISTRATOR, "city"),), words="南宁市 系统管理员：管单位、人员、日历"),
    _Clerk(key="security_officer", name="蓝天明", number="AQ0001", phone="13900000044",
           roles=((people.Role.SECURITY_OFFICER, "city"),), words="南宁市 安全管理员：给岗位、收岗位"),
    _Clerk(key="auditor", name="宁静", number="SJ0001", phone="13900000043",
           roles=((people.Role.AUDITOR, "city"),), words="南宁市 审计员"),
)  # fmt: skip

# The other offices, each with an examiner and a signer; their numbers and phones (13900000101 …) follow the order.
_OFFICE_NAMES = (
    ("public_security_city", "南宁市公安局", "潘志刚", "宋国强"),
    ("human_resources_city", "南宁市人社局", "苏丽萍", "罗文彬"),
    ("housing_city", "南宁市住建局", "马俊", "林巧玲"),
    ("health_city", "南宁市卫健委", "邓秀英", "何立新"),
    ("finance_city", "南宁市财政局", "唐晓燕", "江海波"),
    ("justice_city", "南宁市司法局", "曾庆华", "杨柳"),
    ("trade_unions_city", "南宁市总工会", "雷建新", "蒋小红"),
    ("ethnic_affairs_city", "南宁市民宗委", "蓝春梅", "盘永明"),
    ("disabled_persons_city", "南宁市残联", "谭桂芳", "龙少华"),
    ("civil_affairs_xinzhu", "新竹街道", "甘小玲", "祝建军"),
    ("civil_affairs_xinyang", "新阳街道", "石美兰", "丁国栋"),
    ("ethnic_affairs_qingxiu", "青秀区民宗局", "侬志明", "岑秀云"),
    ("ethnic_affairs_xixiangtang", "西乡塘区民宗局", "欧阳慧", "陶家宝"),
)


def _office_clerks() -> tuple[_Clerk, ...]:
    found: list[_Clerk] = []
    for at, (office, words, examiner, signer) in enumerate(_OFFICE_NAMES):
        for part, name, role, title in (
            (1, examiner, people.Role.EXAMINER, "审批员"),
            (2, signer, people.Role.SIGNER, "签发人"),
        ):
            number = 100 + 2 * at + part
            found.append(
                _Clerk(key=f"{role}_{office}", name=name, number=f"BM{number:04}", phone=f"13900000{number}",
                       roles=((role, office),), words=f"{words} {title}")
            )  # fmt: skip
    return tuple(found)


OFFICE_CLERKS = _office_clerks()

_CARD_WORDS = {
    "mother": ("81岁", "户籍万力社区", "住新竹社区"),
    "daughter": ("农秀珍的女儿",),
    "nearly_eighty": ("79岁", "明年满80"),
    "from_elsewhere": ("84岁", "户籍长沙"),
    "leap_day": ("2月29日生",),
}

SIGN_INS: list[SignIn] = [
    SignIn("韦海燕", "居民：替母亲农秀珍办高龄津贴", "13900000001"),
    SignIn("覃玉兰", "居民：79岁，2027年3月2日满80", "13900000003"),
    SignIn("黄桂英", "居民：87岁，住在万力社区", "13900000004"),
    SignIn("陆志强", "居民：替101岁的母亲陆阿妹网上交了件，等窗口收", "13900000005"),
    *(SignIn(clerk.name, clerk.words, clerk.phone) for clerk in CLERKS),
]


def id_number_of(person: _Person) -> str:
    return with_check_digit(f"{person.place}{person.born}{person.sequence:03}")


# Whose identity cards may be laid on a desk of the sample city.
CARDS: list[tuple[str, str]] = [
    (f"{person.name}（{'、'.join(words)}）", id_number_of(person))
    for person in RESIDENTS
    if (words := _CARD_WORDS.get(person.key))
]

_SLUGS = {XINZHU: "xinzhu", FENGLINGBEI: "fenglingbei", RONGMO: "rongmo", WANLI: "wanli"}
_DISTRICT_SLUGS = dict(
    zip(DISTRICTS, ("xingning", "qingxiu", "jiangnan", "xixiangtang", "liangqing", "yongning", "wuming"), strict=True)
)


def build(city: MutableMapping[str, Any]) -> None:
    """Ids under `city["people"]`, by the keys above: organisations, staff, residents, accounts."""
    at = times.utc_now()
    put: dict[str, UUID] = {}
    _organisations(put)
    _staff(put, at)
    _residents(put, at)
    _relations(put, at)
    city["people"] = put


def _organisations(put: dict[str, UUID]) -> None:
    put["city"] = _open(kind=people.OrganisationKind.CITY, name="南宁市一站运行中心", territory="4501")
    bureau = people.OrganisationKind.OTHER
    put["planning_bureau"] = _open(kind=bureau, name="南宁市自然资源局", territory="4501", parent_id=put["city"])
    put["government"] = _open(kind=people.OrganisationKind.GOVERNMENT, name="南宁市人民政府", territory="4501")
    for department, name in CITY_OFFICES.items():
        put[f"{department}_city"] = _office(department, name, "4501", put["city"])
    civil_affairs = people.Department.CIVIL_AFFAIRS
    for code, name in DISTRICTS.items():
        parent = put[f"{civil_affairs}_city"]
        put[f"{civil_affairs}_{_DISTRICT_SLUGS[code]}"] = _office(civil_affairs, f"{name}民政局", code, parent)
        district = put[f"{civil_affairs}_{_DISTRICT_SLUGS[code]}"]
        for place, (slug, words) in SUBDISTRICTS.items():
            if place.startswith(code):
                put[f"{civil_affairs}_{slug}"] = _office(civil_affairs, words, place, district)
    for (department, code), name in DISTRICT_OFFICES.items():
        put[f"{department}_{_DISTRICT_SLUGS[code]}"] = _office(department, name, code, put[f"{department}_city"])
    for code, name in COMMUNITIES.items():
        put[f"desk_{_SLUGS[code]}"] = _open(
            kind=people.OrganisationKind.DESK, name=f"{name}综合窗口", territory=code, phone="0771-0000000"
        )


def _office(department: people.Department, name: str, territory: str, parent: UUID) -> UUID:
    kind = people.OrganisationKind.DEPARTMENT
    return _open(kind=kind, department=department, name=name, territory=territory, parent_id=parent)


def _open(**values: Any) -> UUID:
    return people.open_organisation(actor=SYSTEM, organisation=people.NewOrganisation(is_sample=True, **values))


def _staff(put: dict[str, UUID], at: datetime) -> None:
    for clerk in (*CLERKS, *OFFICE_CLERKS):
        employer = put[clerk.roles[0][1]]
        staff_id = people.employ_staff(
            actor=SYSTEM, organisation_id=employer, name=clerk.name, employee_number=clerk.number, is_sample=True
        )
        for role, organisation in clerk.roles:
            people.assign_role(
                actor=SYSTEM, staff_id=staff_id, role=role, organisation_id=put[organisation], valid_from=BEGIN
            )
        put[clerk.key] = staff_id
        put[f"account_{clerk.key}"] = people.link_account(actor=SYSTEM, phone=clerk.phone, staff_id=staff_id, at=at)


def _residents(put: dict[str, UUID], at: datetime) -> None:
    for person in RESIDENTS:
        resident_id = people.register_resident(actor=SYSTEM, particulars=_particulars(person), at=at)
        put[person.key] = resident_id
        if person.account:
            put[f"account_{person.key}"] = people.link_account(
                actor=SYSTEM, phone=person.account, resident_id=resident_id, at=at
            )
        _check(resident_id, person.level, at)
        _attributes(resident_id, person, at)


def _particulars(person: _Person) -> people.Particulars:
    return people.Particulars(
        name=person.name,
        id_number=id_number_of(person),
        phone=person.phone,
        home_community=person.home,
        hukou_division=person.hukou,
        address=person.address,
        is_sample=True,
    )


def _check(resident_id: UUID, level: people.Level, at: datetime) -> None:
    if level >= people.Level.PHONE:
        raise_to_phone_level(resident_id, at=at)
    methods = {
        people.Level.NUMBER: people.CheckMethod.NUMBER_MATCHED,
        people.Level.DOCUMENT: people.CheckMethod.DOCUMENT_AT_DESK,
    }
    if level in methods:
        lift_level(actor=SYSTEM, resident_id=resident_id, method=methods[level], at=at)


def _attributes(resident_id: UUID, person: _Person, at: datetime) -> None:
    seen: list[tuple[str, Any, str, datetime]] = [("alive", True, "desk:本人到场", at - timedelta(days=20))]
    seen.append(("residence_division", person.home, "register:居住地登记", at - timedelta(days=20)))
    if person.hukou:
        seen.append(("hukou_division", person.hukou, "office:公安户籍", at - timedelta(days=20)))
    if person.key == "minority_name":
        seen.append(("student", False, "register:学籍（样例）", at - timedelta(days=20)))
        seen.append(("holds.other_pension", False, "register:参保登记（样例）", at - timedelta(days=20)))
    for name, value, source, seen_at in seen:
        people.record_attribute(
            actor=SYSTEM, resident_id=resident_id, name=name, value=value, source=source, at=seen_at
        )


def _relations(put: dict[str, UUID], at: datetime) -> None:
    pairs = (
        ("daughter", "mother", people.RelationKind.DAUGHTER, "户口簿"),
        ("son_of_centenarian", "centenarian", people.RelationKind.SON, "户口簿"),
    )
    for agent, principal, kind, note in pairs:
        people.add_relation(
            actor=SYSTEM,
            relation=people.NewRelation(
                principal_id=put[principal],
                agent_id=put[agent],
                kind=kind,
                valid_from=BEGIN,
                evidence_note=note,
            ),
            at=at,
        )
