"""Why a paper is revoked, as 行政许可法 69 has it, and the two that concern the paper alone; both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Ground(StrEnum):
    FRAUD = "fraud"
    NOT_ENTITLED = "not_entitled"
    PROCEDURE = "procedure"
    COMPETENCE = "competence"
    ABUSE = "abuse"
    OTHER_LAWFUL = "other_lawful"
    PAPER_WRONG = "paper_wrong"


@dataclass(frozen=True)
class GroundWords:
    """What the paper, the verify page and the offline check say; `basis` is the clause, "" where it is none."""

    chinese: str
    english: str
    basis: str


_LAW = "《中华人民共和国行政许可法》第六十九条"

GROUNDS: Mapping[Ground, GroundWords] = {
    Ground.FRAUD: GroundWords(
        "以欺骗、贿赂等不正当手段取得", "obtained by deceit or other improper means", f"{_LAW}第二款"
    ),
    Ground.NOT_ENTITLED: GroundWords(
        "不具备申请资格或者不符合法定条件", "the conditions were not met", f"{_LAW}第一款第（四）项"
    ),
    Ground.PROCEDURE: GroundWords("违反法定程序作出", "the procedure was not kept", f"{_LAW}第一款第（三）项"),
    Ground.COMPETENCE: GroundWords("超越法定职权作出", "the office had no power to decide", f"{_LAW}第一款第（二）项"),
    Ground.ABUSE: GroundWords(
        "工作人员滥用职权、玩忽职守作出", "decided by abuse or neglect of duty", f"{_LAW}第一款第（一）项"
    ),
    Ground.OTHER_LAWFUL: GroundWords("依法可以撤销的其他情形", "another ground in law", f"{_LAW}第一款第（五）项"),
    Ground.PAPER_WRONG: GroundWords("文书有误，另行出具", "the paper was wrong and is issued anew", ""),
}


def words_of(ground: str) -> GroundWords:
    """Raises ValueError for what is no ground."""
    return GROUNDS[Ground(ground)]
