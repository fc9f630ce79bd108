"""Refusing a second open case with a pointer to the first, and keeping what other applications are compared by."""

from typing import ClassVar
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yizhan.kernel.api import Actor, Conflict, rows
from yizhan.matters.models import Case, CaseKey
from yizhan.matters.queries.duplicates import Pointer, find_first, keys_of
from yizhan.matters.rules.states import BLOCKING
from yizhan.people import api as people

# The index case_one_open_per_item.
_SECOND = f"(applicant_id, item_code) WHERE state IN ({', '.join(repr(str(one)) for one in sorted(BLOCKING))})"


class CaseAlreadyOpen(Conflict):
    """`first` points to the case that is there; its reference is in it only for whoever may see that case."""

    code: ClassVar[str] = "matters.case_already_open"
    message: ClassVar[str | Promise] = gettext_lazy(
        "同一个人的这件事已经在办：{first}。不用再交，请在“我的办件”或原窗口查进度。"
    )

    def __init__(self, first: Pointer) -> None:
        super().__init__(**first.facts)
        self.first = first

    @property
    def text(self) -> str:
        first = self.first.words
        if self.first.reference:
            first = _("{first}，办件编号 {reference}").format(first=first, reference=self.first.reference)
        return str(self.message).format(first=first)


def refuse_second(actor: Actor, *, resident_id: UUID, item_code: str) -> None:
    """One open case of an item for a person, wherever in the city it was filed. Raises CaseAlreadyOpen."""
    first = find_first(actor, resident_id=resident_id, item_code=item_code)
    if first is not None:
        raise CaseAlreadyOpen(first)


def save_new(case: Case, *, actor: Actor) -> None:
    """Raises CaseAlreadyOpen where there is one, or another desk was quicker."""
    while not rows.insert(case, unless=_SECOND):
        refuse_second(actor, resident_id=case.applicant_id, item_code=case.item_code)


def keep_keys(case: Case, applicant: people.PersonCard, *, is_new: bool = True) -> None:
    """Write down what the case is compared by, anew where its answers have changed."""
    keys = keys_of(
        item_version_id=case.item_version_id,
        answers=case.all_answers(),
        applicant_id=case.applicant_id,
        name=applicant.name,
        born_on=applicant.born_on,
    )
    if not is_new:
        CaseKey.objects.filter(case=case).delete()
    rows.insert_each(
        [
            CaseKey(case=case, item_code=case.item_code, kind=str(kind), digest=digest)
            for kind, digests in keys.items()
            for digest in sorted(digests)
        ]
    )
