"""What people say when they look for an outlet, so that the search finds the kind, and then the nearest of it."""

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path

import yaml
from django.urls import reverse

from yizhan.kernel.api import Actor
from yizhan.places import api as places
from yizhan.search import api as search

WANT = "reach.want"
_FILE = Path(__file__).resolve().parents[1] / "data" / "wants.yaml"


@cache
def wants() -> Mapping[str, tuple[str, ...]]:
    """Words by category; every category there is, also one for which nobody says anything else."""
    said = yaml.safe_load(_FILE.read_text(encoding="utf-8"))["wants"]
    return {one.code: tuple(map(str, said.get(one.code, ()))) for one in places.categories() if one.is_leaf}


def search_entries() -> Iterator[search.Entry]:
    for code, words in wants().items():
        kind = places.category(code)
        yield search.Entry(
            kind=WANT,
            subject_id=code,
            title=kind.title,
            title_en=kind.title_en,
            subtitle="走路 15 分钟里有哪些",
            subtitle_en="What is there within 15 minutes on foot",
            names=words,
            weight=90,
        )


class WantSubjects:
    """Kinds of outlets as subjects: their page is the circle with that kind alone."""

    def titles(self, ids: Collection[str]) -> dict[str, str]:
        return {code: places.title_of(code) for code in ids if code in wants()}

    def urls(self, ids: Collection[str]) -> dict[str, str]:
        return {code: f"{reverse('reach:circle')}?kind={code}" for code in ids if code in wants()}

    def visible(self, actor: Actor, ids: Collection[str]) -> set[str]:  # noqa: ARG002
        return {code for code in ids if code in wants()}

    def states(self, ids: Collection[str]) -> dict[str, str]:  # noqa: ARG002
        return {}
