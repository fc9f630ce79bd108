"""What is remembered of a case. The database repeats what must hold: see the constraints and migrations."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any, Protocol
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from yizhan.kernel.api import Actor, EncryptedField, Subject, times
from yizhan.kernel.models import Entity
from yizhan.matters.rules.approving import ROLE_OF, Approver
from yizhan.matters.rules.separation import Parts
from yizhan.matters.rules.states import (
    AT_THE_DESK,
    BLOCKING,
    DONE_IN_OFFICE,
    IN_THE_OFFICE,
    INSTANT_RUNS,
    SEEN_BY_OFFICE,
    State,
)
from yizhan.people import api as people

CASE = "matters.case"
TURN = "matters.turn"  # the clock of one office's part
DELIVERY = "matters.delivery"  # the clock from decision to delivery


def _staff(**options: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", null=True, **options)


def _apart(part: str) -> Q:
    """The holder of this part neither took the case in nor accepted it."""
    free_of_intake = Q(taken_in_by=None) | ~Q(**{part: F("taken_in_by")})
    free_of_acceptance = Q(accepted_by=None) | ~Q(**{part: F("accepted_by")})
    return Q(**{part: None}) | (free_of_intake & free_of_acceptance)


class _ActsFor(Protocol):
    """Of a relation, what says which cases it opens: see people.RelationView."""

    @property
    def principal_id(self) -> UUID: ...
    @property
    def scope(self) -> tuple[str, ...]: ...


Relations = Sequence[_ActsFor]


def _own_or_acted_for(resident_id: UUID, known: Relations | None) -> Q:
    """One's own, and of those one acts for today all, or the items that the relation names."""
    wanted = Q(applicant_id=resident_id)
    today = times.local_day(times.utc_now())
    for one in people.principals_of(resident_id=resident_id, on=today) if known is None else known:
        if {"all", "matters"} & set(one.scope):
            wanted |= Q(applicant_id=one.principal_id)
        elif items := [part.removeprefix("matters.") for part in one.scope if part.startswith("matters.")]:
            wanted |= Q(applicant_id=one.principal_id, item_code__in=items)
    return wanted


def offices_of(actor: Actor) -> frozenset[UUID]:
    return actor.organisations("examiner") | actor.organisations("signer") | actor.organisations("office_lead")


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, actor: Actor, relations: Relations | None = None) -> CaseQuerySet:
        """One's own and those of people one acts for today; a desk's until routed; an office's from then on.

        An organisation's system sees what it has handed in; for the member of staff at it, what she sees at work.
        `relations` are those that hold today, where they have been read already.
        """
        if actor.machine:
            return self
        if actor.client and actor.staff_id is None:
            return self.filter(client_id=actor.client.client_id)
        wanted = Q(pk__in=[])
        if actor.resident_id and actor.client is None:
            wanted |= _own_or_acted_for(actor.resident_id, relations)
        if desks := actor.organisations("desk_clerk"):
            wanted |= Q(intake_organisation_id__in=desks, state__in=AT_THE_DESK)
        if offices := offices_of(actor):
            wanted |= Q(responsible_organisation_id__in=offices, state__in=SEEN_BY_OFFICE)
        return self.filter(wanted)

    def of_offices(self, actor: Actor) -> CaseQuerySet:
        """Cases of the offices in which this actor examines, signs or leads."""
        return self.filter(responsible_organisation_id__in=offices_of(actor), state__in=SEEN_BY_OFFICE)

    def waiting_in(self, offices: Collection[UUID]) -> CaseQuerySet:
        """What these offices have and are not done with; see the index case_office_open."""
        return self.filter(responsible_organisation_id__in=offices, state__in=sorted(IN_THE_OFFICE))

    def at_once_in(self, offices: Collection[UUID]) -> CaseQuerySet:
        """Whose minutes run in these offices; see the index case_office_instant."""
        running = self.filter(instant_due_at__isnull=False, state__in=sorted(INSTANT_RUNS))
        return running.filter(responsible_organisation_id__in=offices)

    def done_in(self, offices: Collection[UUID]) -> CaseQuerySet:
        """What they are done with; see the index case_office_done."""
        return self.filter(responsible_organisation_id__in=offices, state__in=sorted(DONE_IN_OFFICE))

    def handed_on_from(self, offices: Collection[UUID]) -> CaseQuerySet:
        """What one of them had in its turn and none has now."""
        had = OfficeTurn.objects.filter(organisation_id__in=offices).values("case_id")
        return self.filter(pk__in=had).exclude(responsible_organisation_id__in=offices)

    def handed_on_by(self, actor: Actor) -> CaseQuerySet:
        """Cases that an office of this actor had in its turn and has no more."""
        return self.handed_on_from(offices_of(actor))


# When an office was done with a case; a case that ended without a decision has the day of its end.
ENDED_AT = Coalesce("decided_at", "closed_at")


class Case(Entity):
    """A case (办件). It keeps the item version it began with."""

    reference = models.CharField(max_length=26, unique=True)
    pickup_code = EncryptedField()
    pickup_index = models.BinaryField(max_length=32, unique=True)
    item_version_id = models.UUIDField()
    item_code = models.CharField(max_length=60)
    item_name = models.CharField(max_length=120)
    applicant = models.ForeignKey("people.Resident", on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey("people.Resident", on_delete=models.PROTECT, related_name="+", null=True)
    agent_relation = models.CharField(max_length=20, blank=True)
    # The organisation's system that handed it in.
    client = models.ForeignKey(
        "people.MachineClient", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    home_community = models.CharField(max_length=12, blank=True)
    desk_community = models.CharField(max_length=12, blank=True)
    channel = models.CharField(max_length=12)
    intake_organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, related_name="+", null=True
    )
    responsible_organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, related_name="+", null=True
    )
    state = models.CharField(max_length=20, choices=[(s, s) for s in State])
    answers = models.JSONField(default=dict)
    personal_answers = EncryptedField()
    taken_in_by = _staff()
    accepted_by = _staff()
    examiner = _staff()
    decided_by = _staff()
    signed_by = _staff()
    received_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # Its own copy of its clock, by which the queue is sorted and counted; no due day while the clock stands still.
    due_on = models.DateField(null=True)
    yellow_at = models.DateTimeField(null=True)
    red_at = models.DateTimeField(null=True)
    black_at = models.DateTimeField(null=True)
    # The desk has until the end of this day to say what is missing; None where nothing follows.
    notice_due_on = models.DateField(null=True)
    deemed_accepted = models.BooleanField(default=False)
    # Which office in turn has it; the day by which this one is to hand it on, None while the clock stands still.
    office_number = models.PositiveSmallIntegerField(default=0)
    step_due_on = models.DateField(null=True)
    is_instant = models.BooleanField(default=False)
    instant_due_at = models.DateTimeField(null=True)
    decided_automatically = models.BooleanField(default=False)
    is_sample = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    # When a draft was last written to; None for what began at a desk.
    saved_at = models.DateTimeField(null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="case_state_known", condition=Q(state__in=sorted(State))),
            models.UniqueConstraint(
                fields=["applicant", "item_code"],
                name="case_one_open_per_item",
                condition=Q(state__in=sorted(BLOCKING)),
            ),
            # 受办分离, which the application cannot forget: see also the trigger of migration 0002.
            models.CheckConstraint(name="case_intake_does_not_examine", condition=_apart("examiner")),
            models.CheckConstraint(name="case_intake_does_not_decide", condition=_apart("decided_by")),
            models.CheckConstraint(name="case_intake_does_not_sign", condition=_apart("signed_by")),
            models.CheckConstraint(
                name="case_two_officials",
                condition=Q(signed_by=None) | Q(decided_by__isnull=False) & ~Q(signed_by=F("decided_by")),
            ),
            models.CheckConstraint(
                name="case_decided_is_signed",
                condition=~Q(state__in=["archived", "delivered", "granted", "refused", "revoked"])
                | Q(decided_at__isnull=False) & (Q(signed_by__isnull=False) | Q(decided_automatically=True)),
            ),
            # A refusal is never automatic; what the rules decide has no official in it. See migration 0005.
            models.CheckConstraint(
                name="case_rules_only_grant",
                condition=Q(decided_automatically=False)
                | Q(is_instant=True, signed_by=None, decided_by=None, examiner=None)
                & Q(state__in=["archived", "delivered", "granted", "revoked"]),
            ),
            models.CheckConstraint(
                name="case_deemed_by_nobody", condition=Q(deemed_accepted=False) | Q(accepted_by=None)
            ),
            models.CheckConstraint(
                name="case_accepted_is_routed",
                condition=~Q(state__in=sorted(SEEN_BY_OFFICE))
                | Q(responsible_organisation__isnull=False, accepted_at__isnull=False)
                & (Q(accepted_by__isnull=False) | Q(deemed_accepted=True)),
            ),
        ]
        indexes = [
            # The two lists of an office in their order; what the first is narrowed and counted by lies beside it.
            models.Index(
                fields=["responsible_organisation", "due_on", "id"],
                name="case_office_open",
                condition=Q(state__in=sorted(IN_THE_OFFICE)),
                include=[
                    "state",
                    "examiner",
                    "item_name",
                    "decided_by",
                    "taken_in_by",
                    "accepted_by",
                    "yellow_at",
                    "red_at",
                    "black_at",
                ],
            ),
            models.Index(
                F("responsible_organisation"),
                ENDED_AT.desc(),
                F("id"),
                name="case_office_done",
                condition=Q(state__in=sorted(DONE_IN_OFFICE)),
                include=["decided_at", "closed_at"],
            ),
            # What somebody on duty has to decide within minutes.
            models.Index(
                fields=["responsible_organisation", "instant_due_at", "id"],
                name="case_office_instant",
                condition=Q(instant_due_at__isnull=False, state__in=sorted(INSTANT_RUNS)),
            ),
            models.Index(fields=["examiner", "state", "due_on", "id"], name="case_examiner_queue"),
            models.Index(fields=["intake_organisation", "state", "-received_at"], name="case_desk"),
            models.Index(fields=["applicant", "-created_at"], name="case_applicant"),
            models.Index(
                fields=["intake_organisation", "notice_due_on"],
                name="case_notice_due",
                condition=Q(notice_due_on__isnull=False),
            ),
            models.Index(fields=["agent", "-created_at"], name="case_agent", condition=Q(agent__isnull=False)),
            models.Index(fields=["client", "-id"], name="case_of_client", condition=Q(client__isnull=False)),
            models.Index(fields=["responsible_organisation", "-id"], name="case_of_office"),
        ]

    @property
    def subject(self) -> Subject:
        return Subject(CASE, str(self.pk))

    @property
    def turn_subject(self) -> Subject:
        """What the clock of the office that has the case now is kept under."""
        return Subject(TURN, f"{self.pk}:{self.office_number}")

    @property
    def delivery_subject(self) -> Subject:
        return Subject(DELIVERY, str(self.pk))

    def parts(self) -> Parts:
        heard: frozenset[UUID] = frozenset()
        if self.office_number:
            found = self.opinions.exclude(given_by=None).values_list("given_by_id", flat=True)
            heard = frozenset(one for one in found if one)
        return Parts(
            taken_in_by=self.taken_in_by_id,
            accepted_by=self.accepted_by_id,
            decided_by=self.decided_by_id,
            heard=heard,
        )

    def all_answers(self) -> dict[str, Any]:
        """Plain and personal answers together."""
        return {**self.answers, **json.loads(self.personal_answers or "{}")}


class CaseKey(Entity):
    """What a case is compared by with others of its item: a keyed digest, from which nothing can be read."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="keys", db_index=False)
    item_code = models.CharField(max_length=60)
    kind = models.CharField(max_length=10)
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "kind", "digest"], name="casekey_once")]
        indexes = [models.Index(fields=["item_code", "kind", "digest"], name="casekey_alike")]


class CaseStep(Entity):
    """One step of a case, as it was taken; never changed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    action = models.CharField(max_length=20)
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20)
    staff = _staff()
    # Whose role it was, if `staff` stood in for somebody on leave.
    on_behalf_of = _staff()
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()
    note = EncryptedField()

    class Meta:
        indexes = [models.Index(fields=["case", "at", "id"], name="casestep_course")]


class CaseMaterial(Entity):
    """A material of the item's list, as it stands for this case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="materials")
    material_id = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    status = models.CharField(max_length=12, choices=[(s, s) for s in ("seen", "uploaded", "missing")])
    file_id = models.UUIDField(null=True)
    # Ids of further pages of the same paper, as text.
    more_file_ids = models.JSONField(default=list)
    note = models.CharField(max_length=200, blank=True)
    by_staff = _staff()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "material_id"], name="casematerial_once"),
            models.CheckConstraint(
                name="casematerial_upload_has_file", condition=~Q(status="uploaded") | Q(file_id__isnull=False)
            ),
        ]


class Supplement(Entity):
    """What was asked for, once (一次告知): a case has at most one."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="supplement")
    materials = models.JSONField()
    note = EncryptedField()
    asked_by = _staff()
    asked_at = models.DateTimeField()
    after_acceptance = models.BooleanField()
    # The last day on which it may come; None for what was asked before this was kept.
    due_on = models.DateField(null=True)
    stops_clock = models.BooleanField(default=True)


class Proposal(Entity):
    """What an examiner proposes, with each clause as it stood."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="proposals")
    outcome = models.CharField(max_length=8, choices=[("granted", "granted"), ("refused", "refused")])
    reasons = EncryptedField()
    clauses = EncryptedField()
    proposed_by = _staff()
    proposed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["case", "-proposed_at"], name="proposal_latest")]


class Decision(Entity):
    """The signed decision; a case has at most one."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="decision")
    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=60, unique=True)
    outcome = models.CharField(max_length=8)
    document_id = models.UUIDField()
    signed_by = _staff()
    signed_at = models.DateTimeField()
    # By the department's rules and with its key; nobody signed.
    is_automatic = models.BooleanField(default=False)


class Delivery(Entity):
    """The decision handed over, at any desk."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="delivery")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    staff = _staff()
    presence = models.CharField(max_length=8)
    recipient = models.ForeignKey("people.Resident", on_delete=models.PROTECT, related_name="+")
    document_id = models.UUIDField()
    at = models.DateTimeField()


class OfficeTurn(Entity):
    """One office of several in turn has the case; kept only for items of several offices or with step limits."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="turns")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    limit_days = models.PositiveSmallIntegerField(null=True)
    decides = models.BooleanField()
    begun_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="officeturn_once")]


class Opinion(Entity):
    """What an office that does not decide says of the case before it hands it on."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="opinions")
    number = models.PositiveSmallIntegerField()
    is_in_favour = models.BooleanField()
    text = EncryptedField()
    given_by = _staff()
    given_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="opinion_once")]


class Suspension(Entity):
    """特别程序: why the limits stand still, and until when at most. That it has ended is a step."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="suspensions")
    procedure = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    basis = models.CharField(max_length=300)
    reason = EncryptedField()
    planned_end = models.DateField()
    begun_by = _staff()
    begun_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "procedure"], name="suspension_once_each")]


class ExtensionRequestQuerySet(models.QuerySet["ExtensionRequest"]):
    def waiting(self) -> ExtensionRequestQuerySet:
        """Neither granted nor denied, of a case that is still under way."""
        return self.filter(grant=None, denial=None, case__state__in=IN_THE_OFFICE)

    def for_approver(self, actor: Actor) -> ExtensionRequestQuerySet:
        """Those that are for this actor to answer, by the role that each names."""
        wanted = Q(pk__in=[])
        for approver, role in ROLE_OF.items():
            if places := actor.organisations(role):
                wanted |= Q(approver=approver, organisation_id__in=places)
        return self.filter(wanted)


class ExtensionRequest(Entity):
    """延期报批: what the office asks of whom the law or the item names."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="extension_requests")
    number = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField()
    reason = EncryptedField()
    approver = models.CharField(max_length=20, choices=[(one.value, one.value) for one in Approver])
    approver_words = models.CharField(max_length=120)
    # Where the approver has his role: the office that decides, or the government above it.
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    asked_by = _staff()
    asked_at = models.DateTimeField()

    objects = ExtensionRequestQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="extensionrequest_numbered")]
        indexes = [models.Index(fields=["organisation", "approver", "-asked_at"], name="extensionrequest_of_approver")]


class ExtensionDenial(Entity):
    """Not approved, and why; the office reads it."""

    request = models.OneToOneField(ExtensionRequest, on_delete=models.PROTECT, related_name="denial")
    reason = EncryptedField()
    denied_by = _staff()
    denied_at = models.DateTimeField()


class CaseExtension(Entity):
    """延期: once, before the promise is over, with its reason."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="extension")
    # None for what was granted before extensions were asked for.
    request = models.OneToOneField(ExtensionRequest, on_delete=models.PROTECT, related_name="grant", null=True)
    days = models.PositiveSmallIntegerField()
    reason = EncryptedField()
    approved_by_words = models.CharField(max_length=120)
    granted_by = _staff()
    granted_at = models.DateTimeField()


class NoticePeriod(Entity):
    """公示: from when until when, where. That it has ended is a step."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="notice_period")
    place = models.CharField(max_length=200)
    shows = models.CharField(max_length=300)
    begun_by = _staff()
    begun_at = models.DateTimeField()
    last_day = models.DateField()
    is_counted = models.BooleanField()


class Lapse(Entity):
    """A limit that was missed, and by whom, as the machine found it; nobody can take it back."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="lapses")
    kind = models.CharField(max_length=12, choices=[(k, k) for k in ("notice", "step", "instant", "delivery")])
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    staff = _staff()
    due_on = models.DateField()
    found_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "organisation", "due_on"], name="lapse_found_once")
        ]
        indexes = [models.Index(fields=["organisation", "-found_at"], name="lapse_of_organisation")]


class Sample(Entity):
    """An automatic decision that was drawn to be looked at by a person afterwards."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="sample")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()


class SampleReview(Entity):
    """What the examiner who looked found."""

    sample = models.OneToOneField(Sample, on_delete=models.PROTECT, related_name="review")
    is_right = models.BooleanField()
    note = EncryptedField()
    reviewed_by = _staff()
    reviewed_at = models.DateTimeField()
