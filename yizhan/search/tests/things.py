"""Things to be found, owned by nobody: a kind with a resolver, and makers of entries."""

from collections.abc import Collection
from uuid import uuid4

from yizhan.kernel.api import Actor, RoleGrant, subjects
from yizhan.search import api as search

THING, NUMBERED = "search_tests.thing", "search_tests.numbered"


class Things:
    """Everybody sees all of them, but for those that are hidden here."""

    def __init__(self) -> None:
        self.hidden: set[str] = set()

    def titles(self, ids: Collection[str]) -> dict[str, str]:
        return dict.fromkeys(ids, "thing")

    def urls(self, ids: Collection[str]) -> dict[str, str]:
        return {one: f"/things/{one}/" for one in ids}

    def visible(self, actor: Actor, ids: Collection[str]) -> set[str]:
        return set(ids) - self.hidden

    def states(self, ids: Collection[str]) -> dict[str, str]:
        return dict.fromkeys(ids, "")


things = Things()
for kind in (THING, NUMBERED):
    if kind not in subjects.kinds():
        subjects.register(kind, things)


def entry(title: str, **more) -> search.Entry:
    return search.Entry(kind=THING, subject_id=str(uuid4()), title=title, **more)


def numbered(number: str, organisation_id, **more) -> search.NumberEntry:
    audience = search.audience_of_organisation(organisation_id)
    return search.NumberEntry(
        kind=NUMBERED, subject_id=str(uuid4()), title="高龄津贴", number=number, audience=[audience], **more
    )


def clerk(*organisations) -> Actor:
    roles = tuple(RoleGrant(role="examiner", organisation_id=one) for one in organisations)
    return Actor(account_id=uuid4(), staff_id=uuid4(), roles=roles)


def names(results: search.Results) -> list[str]:
    return [hit.name for hit in results.hits]


ITEMS = (
    entry(
        "高龄津贴",
        title_en="Old-age allowance",
        names=["高龄补贴", "老年补贴", "长寿金"],
        subtitle="年满 80 岁的本市户籍老人，按月领一份津贴。",
        subtitle_en="A monthly allowance for residents who are 80 or older.",
    ),
    entry("居民身份证补领", title_en="Replacement of an identity card", names=["补办身份证"]),
    entry("居民身份证首次申领", title_en="First identity card"),
    entry("居民身份证到期换领", title_en="Renewal of an identity card"),
    entry("社会保障卡补领", title_en="Replacement of a social security card"),
    entry("最低生活保障", title_en="Minimum living allowance"),
    entry("灵活就业人员社会保险补贴", title_en="Social insurance subsidy for the flexibly employed"),
    entry("老年人优待证", title_en="Senior card"),
    entry("新生儿出生登记", title_en="Registration of a birth"),
    entry("法律援助", title_en="Legal aid"),
    entry("临时救助", title_en="Temporary relief"),
    entry("残疾人证", title_en="Disability certificate"),
    entry("买菜", names=["农贸市场"], subtitle="新竹农贸市场"),
    entry("理发"),
)
