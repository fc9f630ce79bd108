"""Who a person is for whom an organisation's system hands a case in: by the full number, for that case, seen by her."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Actor, Conflict, Subject, access, audit, keyed_index, rows, times
from yizhan.people.models import Resident
from yizhan.people.models.residents import ID_NUMBER_PURPOSE
from yizhan.people.queries import people
from yizhan.people.queries.views import PersonCard
from yizhan.people.rules.looking import CARD_FIELDS, Purpose
from yizhan.people.services.reading import record_reads
from yizhan.people.services.registering import identity_number_of

log = structlog.get_logger()


class ApplicantUnknown(Conflict):
    code = "people.applicant_unknown"
    status = 422
    message = _("一站还没有登记这个人。请先到任何一个社区窗口登记，再交件。")


def person_for_filing(*, actor: Actor, id_number: str, case_id: UUID, at: datetime) -> PersonCard:
    """The masked card; the look is remembered with the case. Raises IdentityNumberRefused, ApplicantUnknown."""
    access.require(actor, "people.identify_for_filing")
    number = identity_number_of(id_number, at=at)
    resident = rows.find(Resident, id_number_index=keyed_index(number.number, ID_NUMBER_PURPOSE))
    if resident is None:
        _note_miss(actor)
        raise ApplicantUnknown
    record_reads(
        actor=actor, resident_ids=[resident.pk], purpose=Purpose.INTAKE, fields=CARD_FIELDS, at=at, case_id=case_id
    )
    return people.card_of(resident, day=times.local_day(at))


def _note_miss(actor: Actor) -> None:
    # As at the desk: who tries numbers leaves a trail in the log, though no number is written down.
    client_id = actor.client.client_id if actor.client else None
    log.info("resident_not_found_for_filing", client=str(client_id))
    with transaction.atomic():
        audit(actor, "people.filing.not_found", Subject("people.client", str(client_id)))
