"""One small city with a thing of every kind, and everybody who might want to see it: of the place, and of another."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.apps import apps
from django.test import Client
from oauth2_provider.models import AccessToken

from yizhan.catalogue import api as catalogue
from yizhan.documents.testing import PDF, propose_past_the_services
from yizhan.kernel.api import Actor, ids, outbox
from yizhan.matters import api as matters
from yizhan.matters import testing as town_of
from yizhan.people import api as people_api
from yizhan.people import testing as people
from yizhan.places import api as places_api
from yizhan.places import testing as places
from yizhan.reach import testing as reach

Delivery, CaseMaterial = apps.get_model("kernel.Delivery"), apps.get_model("matters.CaseMaterial")
Document, SigningKey = apps.get_model("documents.Document"), apps.get_model("documents.SigningKey")
StoredFile, Notice = apps.get_model("documents.StoredFile"), apps.get_model("notices.Notice")
Account, RoleAssignment = apps.get_model("people.Account"), apps.get_model("people.RoleAssignment")
ImportDraft = apps.get_model("places.ImportDraft")
DeviceSession, Scenario = apps.get_model("people.DeviceSession"), apps.get_model("reach.Scenario")
Keeping, CalendarNotice = apps.get_model("documents.Keeping"), apps.get_model("territory.CalendarNotice")
MachineClient = apps.get_model("people.MachineClient")
NOON, LATER = town_of.NOON, town_of.NOON + timedelta(days=1)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SYSTEM = Actor.system("tests")
# Who is asked, in the order of the table.
PAGES = (
    "anonymous",
    "applicant",
    "agent",
    "stranger",
    "clerk",
    "clerk_elsewhere",
    "deliverer",
    "examiner",
    "examiner_elsewhere",
    "signer",
    "signer_elsewhere",
    "lead",
    "lead_elsewhere",
    "head",
    "head_elsewhere",
    "government_head",
    "supervisor",
    "planner",
    "data_steward",
    "administrator",
    "security_officer",
    "auditor",
    "merchant",
    "merchant_elsewhere",
)
MACHINES = (
    "terminal",
    "terminal_elsewhere",
    "desk_system",
    "desk_system_elsewhere",
    "office_system",
    "office_system_elsewhere",
    "office_system_alone",
)


@dataclass
class City:
    """`accounts` sign in, `tokens` call; `things` are what stands in an address, by the name it has there."""

    accounts: dict[str, UUID] = field(default_factory=dict)
    tokens: dict[str, dict[str, str]] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)
    cases: dict[str, UUID] = field(default_factory=dict)

    def actor(self, role: str) -> Actor:
        """As the edge will know it: for pages by its account, for calls by its token."""
        account = self.accounts.get(role)
        return people.actor_for(Account.objects.get(pk=account)) if account else Actor()

    def client(self, role: str) -> Client:
        """Signed in, or with its token in every call."""
        if role in self.tokens:
            return Client(headers=self.tokens[role])
        client = Client()
        if role in self.accounts:
            client.force_login(Account.objects.get(pk=self.accounts[role]), backend=BACKEND)
        return client


def build() -> City:
    """As it stands at LATER."""
    city = City()
    town, head = town_of.headed_town()
    for one in (town.mother, town.daughter):
        one.level = 3
        one.save()
    relation = people.make_relation(town.daughter, town.mother)
    staff = _staff(city, town, head)
    _machines(city, town, staff)
    _cases(city, town, staff)
    assignment = RoleAssignment.objects.get(staff_id=town.examiner.staff_id)
    lent = people.make_delegation(
        town.signer.staff_id, staff["second_signer"].pk, "signer", town.office, on=LATER.date()
    )
    outbox.deliver_all()
    version = catalogue.current_version(town_of.ITEM, LATER.date())
    sections = catalogue.form_for(version.item_version_id, {}, on=LATER.date())
    city.things |= {
        "resident_id": town.mother.pk,
        "relation_id": relation.pk,
        "delegation_id": lent.pk,
        "organisation_id": town.office.pk,
        "staff_id": town.examiner.staff_id,
        "assignment_id": assignment.pk,
        "code": town_of.ITEM,
        "client_id": MachineClient.objects.values_list("pk", flat=True).first(),
        "version": 1,
        "name": "terminate",
        "kind": "acceptance_notice",
        "step_id": sections[0].id,
        "delivery_id": Delivery.objects.values_list("pk", flat=True).first(),
    }
    _papers(city)
    _ground(city)
    _kept(city)
    return city


def _staff(city: City, town: Any, head: Actor) -> dict[str, Any]:
    far = people.make_organisation("department", name="青秀区民政局", territory=people.QINGXIU)
    house = people.make_organisation("city", name="运行中心", territory="4501")
    staff = {
        "deliverer": people.make_staff("delivery_clerk", town.desk),
        "examiner_elsewhere": people.make_staff("examiner", far),
        "signer_elsewhere": people.make_staff("signer", far),
        "lead": people.make_staff("office_lead", town.office),
        "lead_elsewhere": people.make_staff("office_lead", far),
        "head_elsewhere": people.make_staff("office_head", far),
        "second_signer": people.make_staff("signer", town.office, name="覃志伟"),
        **{
            role: people.make_staff(role, house)
            for role in (
                "government_head",
                "supervisor",
                "planner",
                "data_steward",
                "administrator",
                "security_officer",
                "auditor",
            )
        },
        # A merchant's people have no role: they work for it.
        "merchant": people.make_staff("none", people.make_organisation("merchant", name="阿莲便民商店")),
        "merchant_elsewhere": people.make_staff("none", people.make_organisation("merchant", name="青秀好邻居")),
    }
    city.accounts = {name: people.actor_for(one).account_id for name, one in staff.items()}
    known = {
        "clerk": town.clerk,
        "clerk_elsewhere": town.other_clerk,
        "examiner": town.examiner,
        "signer": town.signer,
        "head": head,
        "applicant": town.as_mother,
        "agent": town.as_daughter,
        "stranger": people.actor_for(people.make_resident("陌生人", level=3)),
    }
    city.accounts |= {name: actor.account_id for name, actor in known.items()}
    staff["far"] = far
    return staff


def _machines(city: City, town: Any, staff: dict[str, Any]) -> None:
    far = staff["far"]
    elsewhere = people.make_organisation(name="凤岭北社区综合窗口", territory="450103004003")
    far_clerk = people.make_staff("desk_clerk", elsewhere)
    people.actor_for(far_clerk)
    number = {
        "desk_system": _number(town.clerk),
        "desk_system_elsewhere": far_clerk.employee_number,
        "office_system": _number(town.examiner),
        "office_system_elsewhere": staff["examiner_elsewhere"].employee_number,
    }
    for name, place, scope in (
        ("terminal", town.desk, "cases.hand_in"),
        ("terminal_elsewhere", elsewhere, "cases.hand_in"),
        ("desk_system", town.desk, "cases.desk"),
        ("desk_system_elsewhere", elsewhere, "cases.desk"),
        ("office_system", town.office, "cases.office"),
        ("office_system_elsewhere", far, "cases.office"),
        ("office_system_alone", town.office, "cases.office"),
    ):
        city.tokens[name] = _token(name, place, scope)
        if name in number:
            city.tokens[name]["Yizhan-Staff"] = number[name]


def _number(actor: Actor) -> str:
    card = people_api.staff_card(staff_id=actor.staff_id)
    assert card
    return card.employee_number


def _token(name: str, organisation: Any, scope: str) -> dict[str, str]:
    client = people_api.NewClient(organisation_id=organisation.pk, name=name, scopes=(scope,), calls_per_minute=60_000)
    made = people_api.register_client(actor=SYSTEM, client=client, at=NOON)
    row = MachineClient.objects.get(pk=made.machine_client_id)
    AccessToken.objects.create(
        application=row.application, token=f"token-of-{name}", scope=scope, expires=LATER + timedelta(days=1)
    )
    return {
        "Authorization": f"Bearer token-of-{name}",
        "Content-Type": "application/json",
        "Idempotency-Key": name,
        "If-Match": '"none"',
    }


def _cases(city: City, town: Any, staff: dict[str, Any]) -> None:
    city.cases["draft"] = town_of.draft(town)
    city.cases["in_office"] = town_of.bring_to(town, matters.State.EXAMINING)
    old = replace(town, mother=people.make_resident("黄桂英", hukou_division=people.WANLI, level=3))
    city.cases["decided"] = town_of.bring_to(old, matters.State.GRANTED)
    at_the_desk = replace(town, mother=people.make_resident("罗秀英", hukou_division=people.WANLI, level=3))
    hour_ago = LATER - timedelta(hours=1)
    city.cases["just_accepted"] = town_of.bring_to(at_the_desk, matters.State.ACCEPTED, at=hour_ago)
    staged = town_of.staged_in_the_district(town)
    city.things["request_id"] = town_of.ask_extension(town, staged, at=LATER)
    city.cases["at_desk"] = _handed_in(city, town)


def _handed_in(city: City, town: Any) -> UUID:
    neighbour = people.make_resident("覃玉兰", born_on=datetime(1944, 3, 2, tzinfo=UTC).date(), level=3)
    token = city.tokens["terminal"]["Authorization"].split()[1]
    caller = people_api.caller_of_token(token=token, at=NOON)
    assert caller
    city.things["near"] = neighbour.pk
    return matters.hand_in_case(
        actor=caller.actor,
        filing=matters.Filing(
            item_code=town_of.ITEM,
            id_number=neighbour.id_number,
            level=3,
            answers=town_of.ANSWERS,
            materials=[
                matters.HandedIn(material_id=one, status="uploaded", content=PDF) for one in town_of.PHOTOGRAPHED[:3]
            ],
            declaration="属实",
        ),
        at=NOON,
    ).case_id


def _papers(city: City) -> None:
    case_id = city.cases["in_office"]
    paper = Document.objects.filter(subject_id=str(case_id)).first()
    assert paper
    city.things["document_id"] = city.things["paper_id"] = paper.pk
    page = CaseMaterial.objects.filter(case_id=city.cases["at_desk"]).exclude(file_id=None).first()
    assert page
    assert StoredFile.objects.filter(pk=page.file_id).exists()
    city.things["file_id"] = page.file_id
    city.things["kid"] = SigningKey.objects.values_list("kid", flat=True).first() or "none"
    notice = Notice.objects.filter(resident_id=city.things["resident_id"]).first()
    city.things["notice_id"] = notice.pk if notice else UUID(int=0)


def _ground(city: City) -> None:
    """Streets with outlets beside them, and what people have begun there: a table half taken in, a plan on paper."""
    with TemporaryDirectory() as folder:
        site = reach.make_quarter(Path(folder))
    shop = places.make_outlet(site.name, places.make_row(community=people.XINZHU))
    merchant = city.actor("merchant")
    places_api.claim_outlet(outlet_id=shop.outlet_id, actor=merchant, at=NOON)
    places_api.verify_outlet(
        outlet_id=shop.outlet_id, is_standing=True, agrees_with_claim=True, actor=city.actor("clerk"), at=NOON
    )
    free = places.make_outlet(
        site.name, places.make_row("百姓大药房", 300, category="pharmacy", community=people.XINZHU)
    )
    draft = ImportDraft.objects.create(
        id=ids.new_id(),
        site=site.name,
        name="网点.csv",
        uploaded_by=city.actor("data_steward").key,
        uploaded_at=LATER,
        packed=zlib.compress(json.dumps([["名称", "类别"], ["阿红理发店", "理发"]]).encode()),
        rows=1,
    )
    plan = Scenario.objects.create(
        site=site.name, name="再开一家药店", staff_id=city.actor("planner").staff_id, created_at=NOON
    )
    step = plan.changes.create(kind="close", category="pharmacy", outlet_id=free.outlet_id, title="百姓大药房")
    city.things |= {
        "outlet_id": shop.outlet_id,
        "free_outlet": free.outlet_id,
        "draft_id": draft.pk,
        "scenario_id": plan.pk,
        "change_id": step.pk,
        "form": "csv",
    }


def _kept(city: City) -> None:
    """What hangs on one person or one office alone: a sign-in, papers proposed to be destroyed, a year's notice."""
    device = DeviceSession.objects.create(
        account_id=city.accounts["applicant"], session_key="of the applicant", began_at=NOON, last_used_at=NOON
    )
    office = city.actor("examiner").roles[0].organisation_id
    kept = Keeping.objects.create(
        subject_kind="tests.papers",
        subject_id="1",
        organisation_id=office,
        years=1,
        from_on=date(2020, 1, 1),
        until_on=date(2021, 12, 31),
        basis="样例",
        recorded_at=NOON,
    )
    proposed = propose_past_the_services(kept.pk, city.actor("lead").staff_id, NOON)
    city.things |= {
        "device_id": device.pk,
        "disposal_id": proposed.pk,
        "calendar_notice": CalendarNotice.objects.values_list("pk", flat=True).first(),
    }
