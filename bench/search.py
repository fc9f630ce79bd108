"""How long a question takes at its worst: words over all items, numbers over all cases, asked by a member of staff.

The questions are of every kind that people type, and of the kinds that they should not: whole titles, their beginnings
and pieces, pinyin, initials, English, each with slips; single characters, the most common pairs, sentences, garbage;
case numbers from either end, the widest beginnings among them. All are asked once; the slowest are the worst, and are
asked again. The floor asks bare SQL on the one GIN index (and the two B-trees) for the rows that hold all tokens,
without order, permission, marks or forgiveness.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from bench.floor import Connection, plain, sql
from bench.harness import Row, as_owner, in_turn, must_agree, percentile, row, seconds
from yizhan.kernel.api import Actor, RoleGrant, Subject, subjects
from yizhan.search import api as search
from yizhan.search.rules.asking import number_asked_for
from yizhan.search.rules.folding import tight
from yizhan.search.rules.tokens import initials_of, sound_of

SCHEMA = """
CREATE TABLE bench_case (id uuid PRIMARY KEY, office uuid NOT NULL);
"""
ITEM, CASE = "bench.item", "bench.case"
OFFICES = [uuid5(UUID(int=0), f"office {number}") for number in range(40)]
OWN = OFFICES[:2]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


THINGS = _words(
    "居民身份证 户口簿 居住证 护照 驾驶证 社会保障卡 老年人优待证 残疾人证 结婚证 离婚证 出生医学证明 生育登记 "
    "独生子女证 高龄津贴 最低生活保障 特困供养 临时救助 医疗救助 养老保险 医疗保险 失业保险 工伤保险 生育保险 "
    "住房公积金 公共租赁住房 住房租赁补贴 法律援助 公证书 律师执业证 营业执照 食品经营许可 卫生许可 医师执业证 "
    "护士执业证 教师资格 就业登记 失业登记 创业担保贷款 职业技能补贴 困难残疾人生活补贴 重度残疾人护理补贴 "
    "民族成份 宗教活动场所 社会团体 志愿者 工会会员 困难职工帮扶 会计证 政府采购 门牌 流动人口 无犯罪记录证明 "
    "养犬 烟花爆竹 犬类 机动车 电动自行车 临时用地 绿化 燃气"
)
ACTS = _words(
    "申领 补领 换领 首次申领 变更 注销 登记 备案 审批 年审 复核 转移 续期 认定 查询 打印 发放 停发 恢复 代办 "
    "信息更正 到期换证 遗失补办 异地办理 跨省通办 容缺受理 初审 确认 撤销 转入 转出 延期 公示 申诉"
)
FOR = _words("居民 老年人 残疾人 未成年人 灵活就业人员 退役军人 大学毕业生 外来人员 困难家庭 个体工商户 企业 社会组织")
ENGLISH = _words(
    "replacement renewal registration application transfer cancellation change review certificate allowance"
)


@dataclass(frozen=True, kw_only=True)
class Sizes:
    items: int
    numbers: int
    worst: int
    rounds: int
    grown: int


FULL = Sizes(items=2_000, numbers=1_000_000, worst=200, rounds=5, grown=20_000)
QUICK = Sizes(items=400, numbers=50_000, worst=60, rounds=3, grown=0)


class _Items:
    """A kind whose rows everybody may see."""

    def titles(self, ids: Sequence[str]) -> dict[str, str]:
        return dict.fromkeys(ids, "")

    def urls(self, ids: Sequence[str]) -> dict[str, str]:
        return {one: f"/{one}/" for one in ids}

    def states(self, ids: Sequence[str]) -> dict[str, str]:
        return dict.fromkeys(ids, "")

    def visible(self, _actor: Actor, ids: Sequence[str]) -> set[str]:
        return set(ids)


class _Cases(_Items):
    """A kind that looks each row up among all, as cases do."""

    def visible(self, actor: Actor, ids: Sequence[str]) -> set[str]:
        offices = list(actor.organisations("examiner"))
        found = sql("SELECT id FROM bench_case WHERE id = ANY(%s::uuid[]) AND office = ANY(%s)", list(ids), offices)
        return {str(one) for (one,) in found}


def prepare() -> None:
    subjects.register(ITEM, _Items())
    subjects.register(CASE, _Cases())


def rows(*, quick: bool) -> Iterator[Row]:
    sizes = QUICK if quick else FULL
    chance = random.Random(20261124)
    titles = _titles(sizes.items, chance)
    yield _indexed(titles, chance)
    references = _number_rows(sizes.numbers)
    with as_owner() as owner:
        for table in ("search_searchentry", "search_searchnumber", "bench_case"):
            owner.execute(f"VACUUM ANALYZE {table}")
    asked = _questions(titles, references, chance)
    with plain() as own:
        own.autocommit = True
        _must_find_the_same(own, titles, references)
        yield from _asked(own, asked, sizes, "")
        if sizes.grown:
            more = _titles(sizes.grown, chance)
            search.put(_entries(more[sizes.items :], chance))
            yield _worst(own, asked, sizes, f", {sizes.grown} items", bar=None)


# ── what can be found ──


def _titles(count: int, chance: random.Random) -> list[str]:
    every = [f"{who}{thing}{act}" for thing in THINGS for act in ACTS for who in ("", *FOR)]
    return chance.sample(every, min(count, len(every)))


def _entries(titles: Sequence[str], chance: random.Random) -> list[search.Entry]:
    return [
        search.Entry(
            kind=ITEM,
            subject_id=str(uuid5(UUID(int=1), title)),
            title=title,
            title_en=f"{chance.choice(ENGLISH).title()} of document {number}",
            names=[chance.choice(THINGS) + chance.choice(ACTS), chance.choice(THINGS)],
            subtitle=f"符合条件的{chance.choice(FOR)}到任何一个社区窗口办理{title}，材料齐全当场受理。",
        )
        for number, title in enumerate(titles)
    ]


def _indexed(titles: Sequence[str], chance: random.Random) -> Row:
    entries = _entries(titles, chance)
    return row("items indexed", len(entries) / seconds(lambda: search.put(entries)), "item/s")


def _number_rows(count: int) -> list[str]:
    """Cases of forty offices over three years, put in by the database itself."""
    offices = [str(one) for one in OFFICES]
    sql(
        "INSERT INTO bench_case SELECT gen_random_uuid(), (%s::uuid[])[1 + n %% 40] FROM generate_series(1, %s) n",
        offices,
        count,
    )
    sql(
        """
        INSERT INTO search_searchnumber (id, kind, subject_id, title, number, reversed, audience, updated_at)
        SELECT gen_random_uuid(), %s, id::text, '高龄津贴', number, reverse(number), 'organisation:' || office, now()
        FROM (SELECT id, office, '4501' || lpad((2 + row_number() OVER () %% 12)::text, 2, '0') || 'MZ05'
                || to_char(date '2024-01-01' + (row_number() OVER () %% 1000)::int, 'YYYYMMDD')
                || lpad((row_number() OVER ())::text, 7, '0') || substr('0123456789X', (random() * 10)::int + 1, 1)
                AS number FROM bench_case) made
        """,
        CASE,
    )
    own = [search.audience_of_organisation(one) for one in OWN]
    return [
        number for (number,) in sql("SELECT number FROM search_searchnumber WHERE audience = ANY(%s) LIMIT 400", own)
    ]


# ── what is asked ──


def _questions(titles: Sequence[str], references: Sequence[str], chance: random.Random) -> list[str]:
    some = chance.sample(list(titles), min(120, len(titles)))
    asked = [*some, *(title[: chance.randint(1, 4)] for title in some), *THINGS, *ACTS, *FOR]
    asked += [character for title in some[:60] for character in chance.sample(title, 2)]
    asked += [f"我的{chance.choice(THINGS)}丢了，{chance.choice(FOR)}怎么{chance.choice(ACTS)}" for _ in range(80)]
    asked += [" ".join(chance.sample(THINGS, 3)) for _ in range(60)]
    spoken = [sound_of(tight(title)) for title in some[:80]]
    asked += [*spoken, *(sound[: chance.randint(2, 9)] for sound in spoken), *(_slip(one, chance) for one in spoken)]
    asked += [initials_of(tight(title)) for title in some[:40]]
    asked += [initials_of(tight(title))[:2] for title in some[:40]]
    asked += [f"{chance.choice(ENGLISH)} of {chance.choice(ENGLISH)}" for _ in range(40)] + list(ENGLISH)
    asked += ["津帖补伶", "办", "证", "补", "an", "zhen", "a", "的", "长" * 60, "居民" * 30, "zhengzhengzheng" * 4]
    asked += ["".join(chance.choice("bcdfghjklmnpqrstwxz") for _ in range(chance.randint(3, 30))) for _ in range(40)]
    asked += [reference[:length] for reference in references[:20] for length in (4, 6, 8, 10, 12, 16, 18, 26)]
    asked += [reference[-length:] for reference in references[:40] for length in (4, 5, 6, 8)]
    return list(dict.fromkeys(asked))


def _slip(letters: str, chance: random.Random) -> str:
    at = chance.randrange(len(letters))
    return letters[:at] + chance.choice("aeiouxyz") + letters[at + 1 :]


def _clerk() -> Actor:
    grants = tuple(RoleGrant(role="examiner", organisation_id=one) for one in OWN)
    return Actor(account_id=UUID(int=2), staff_id=UUID(int=3), roles=grants)


def _ask(text: str) -> search.Results:
    return search.find(text, actor=_clerk(), kinds=(ITEM, CASE))


def _ask_floor(own: Connection, text: str) -> list[Any]:
    """The rows that hold all pieces of the text; nothing else."""
    number = number_asked_for(text)
    if number:
        return own.execute(
            "SELECT subject_id FROM search_searchnumber WHERE audience = ANY(%s) AND (number >= %s AND number < %s) "
            "UNION SELECT subject_id FROM search_searchnumber WHERE audience = ANY(%s) "
            "AND (reversed >= %s AND reversed < %s) LIMIT 100",
            [_own_audiences(), *_span(number), _own_audiences(), *_span(number[::-1])],
        ).fetchall()
    pieces = [text[at : at + 2] for at in range(len(text) - 1)] or [text]
    if text.isascii():
        pieces = [f"t:{text[at : at + 3]}" for at in range(len(text) - 2)] or [f"^{text}"]
    return own.execute(
        "SELECT subject_id FROM search_searchentry WHERE tokens @> %s::text[] LIMIT 100", [pieces]
    ).fetchall()


def _span(prefix: str) -> list[str]:
    return [prefix, f"{prefix}~"]


def _own_audiences() -> list[str]:
    return [search.audience_of_organisation(one) for one in OWN]


def _must_find_the_same(own: Connection, titles: Sequence[str], references: Sequence[str]) -> None:
    """A whole title finds its item first, a whole number its case; the floor has them too."""
    for title in titles[:100]:
        hits = _ask(title).hits
        floor = {one for (one,) in _ask_floor(own, title)}
        must_agree(title, hits[0].subject in {Subject(ITEM, one) for one in floor}, True)
        must_agree(title, hits[0].name, title)
    for reference in references[:100]:
        found = [hit.subject.id for hit in _ask(reference).hits]
        must_agree(reference, [one for (one,) in _ask_floor(own, reference)], found)


# ── figures ──


def _asked(own: Connection, asked: Sequence[str], sizes: Sizes, note: str) -> Iterator[Row]:
    floor, product = in_turn(
        sizes.rounds,
        lambda _: percentile(_times(lambda text: _ask_floor(own, text), asked), 0.5),
        lambda _: percentile(_times(_ask, asked), 0.5),
    )
    yield row(f"median of all {len(asked)} questions{note}", product * 1000, "ms", floor=floor * 1000)
    numbers = [text for text in asked if number_asked_for(text)]
    floor, product = in_turn(
        sizes.rounds,
        lambda _: percentile(_times(lambda text: _ask_floor(own, text), numbers), 0.95),
        lambda _: percentile(_times(_ask, numbers), 0.95),
    )
    yield row(f"p95 of {len(numbers)} case numbers{note}", product * 1000, "ms", floor=floor * 1000, at_most=50)
    yield _worst(own, asked, sizes, note, bar=50)


def _worst(own: Connection, asked: Sequence[str], sizes: Sizes, note: str, *, bar: float | None) -> Row:
    once = _times(_ask, asked)
    slowest = [text for _, text in sorted(zip(once, asked, strict=True), reverse=True)[: sizes.worst]]
    floor, product = in_turn(
        sizes.rounds,
        lambda _: percentile(_times(lambda text: _ask_floor(own, text), slowest), 0.95),
        lambda _: percentile(_times(_ask, slowest), 0.95),
    )
    name = f"p95 of the {len(slowest)} worst questions{note}"
    return row(name, product * 1000, "ms", floor=floor * 1000, at_most=bar)


def _times(ask: Any, asked: Sequence[str]) -> list[float]:
    return [seconds(lambda text=text: ask(text)) for text in asked]  # type: ignore[misc]
