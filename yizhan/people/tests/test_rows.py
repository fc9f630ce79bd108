"""The kernel's ready-made statements on a table with encrypted fields: as the ORM would write and read."""

import pytest

from yizhan.kernel.api import rows
from yizhan.people import testing
from yizhan.people.models import Organisation, Resident

pytestmark = pytest.mark.django_db


def test_find_reads_a_row_as_the_orm_does():
    testing.make_residents(3)
    for one in Resident.objects.all():
        found = rows.find(Resident, id_number_index=one.id_number_index)
        assert {f.attname: getattr(found, f.attname) for f in Resident._meta.concrete_fields} == {
            f.attname: getattr(one, f.attname) for f in Resident._meta.concrete_fields
        }
        assert found._state.adding is False


def test_find_of_nobody_is_none():
    assert rows.find(Resident, id_number_index=b"nobody's") is None


def test_insert_each_writes_what_the_orm_would():
    offices = [Organisation(kind="desk", name=f"窗口{n}", territory="4501", is_sample=True) for n in range(3)]
    assert rows.insert_each(offices) == 3
    assert rows.insert_each([]) == 0
    for one in offices:
        kept = Organisation.objects.get(pk=one.pk)
        for field in Organisation._meta.concrete_fields:
            assert getattr(kept, field.attname) == getattr(one, field.attname)
