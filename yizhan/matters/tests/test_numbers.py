"""A case is found by its number, by those in whose hands it lies and nobody else."""

import pytest

from yizhan.kernel.testing import carry_out_everything
from yizhan.matters.api import CASE
from yizhan.matters.models import Case
from yizhan.matters.rules.states import State
from yizhan.matters.testing import bring_to, make_town, staged_in_the_district, staged_town, take_in
from yizhan.search import api as search

pytestmark = pytest.mark.django_db


def finds(actor, text: str) -> list[str]:
    return [hit.subject.id for hit in search.find(text, actor=actor, kinds=[CASE]).hits]


def test_at_the_desk_then_in_the_office():
    town = make_town()
    case = Case.objects.get(pk=take_in(town))
    carry_out_everything()
    assert finds(town.clerk, case.reference[-5:]) == finds(town.clerk, case.reference[:14]) == [str(case.pk)]
    assert finds(town.other_clerk, case.reference) == finds(town.examiner, case.reference) == []
    assert finds(town.as_mother, case.reference) == []


def test_in_the_office_once_accepted():
    town = make_town()
    case = Case.objects.get(pk=bring_to(town, State.ACCEPTED))
    carry_out_everything()
    assert finds(town.examiner, case.reference[-5:]) == finds(town.signer, case.reference) == [str(case.pk)]
    assert finds(town.clerk, case.reference) == []


def test_by_every_office_that_has_had_it():
    town = staged_town()
    case = Case.objects.get(pk=staged_in_the_district(town))
    carry_out_everything()
    assert finds(town.examiner, case.reference) == finds(town.street_examiner, case.reference) == [str(case.pk)]
    assert finds(town.clerk, case.reference) == []
    assert search.rebuild(CASE) == 1
    assert finds(town.street_examiner, case.reference[-5:]) == [str(case.pk)]


def test_building_anew_gives_the_same():
    town = make_town()
    case = Case.objects.get(pk=bring_to(town, State.ACCEPTED))
    carry_out_everything()
    assert search.rebuild(CASE) == 1
    assert finds(town.examiner, case.reference) == [str(case.pk)]
