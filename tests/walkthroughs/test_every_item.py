"""Every packaged item through HTTP: filed from home, accepted at a desk, examined in each office, signed, handed over.

What a register knows comes from `KNOWN`, what an examiner looks up from `FOUND`; the pages are walked as they lead.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from yizhan.catalogue.testing import packaged_items
from yizhan.kernel.api import Actor, timers
from yizhan.look.testing import plain_static_files
from yizhan.matters.testing import NOON, PNG, pickup_code_of
from yizhan.people import api as people_api
from yizhan.people import testing as people

pytestmark = [pytest.mark.django_db, pytest.mark.long]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ITEMS = {item.code: item for item in packaged_items()}

# What is typed into the form where the kind of the field alone does not say it.
TYPED = {
    "hard_to_employ_recognition": {"category": "older"},
    "legal_aid": {"matter": "maintenance", "hardship": "true"},
    "residence_permit": {"ground": "work"},
    "birth_registration": {"stage": "expecting"},
    "elevator_addition": {"storeys": "7", "owners": "14", "owners_agreed": "12"},
}
BY_KIND = {
    "text": "万力社区样例路 1 号",
    "name": "韦海燕",
    "digits": "6217000000000000019",
    "phone": "13900000009",
    "date": "2026-10-08",
    "integer": "3",
    "money_fen": "1000",
    "boolean": "false",
}
# Born when, where else than in Nanning registered, and what registers know of the applicant.
BORN = {
    "old_age_allowance": date(1940, 5, 5),
    "ethnic_identity_change": date(2007, 12, 5),
    "legal_aid": date(1950, 3, 3),
}
FROM_ELSEWHERE = {"floating_population_registration": "430102001001", "residence_permit": "430102001001"}
KNOWN = {
    "resident_pension_enrolment": {"student": False, "holds.other_pension": False},
    "subsidy_account_binding": {"account_owner_matches": True, "account_shared": False},
}
# What the examiners answer on their pages: the value as it stands in the form.
FOUND = {
    "receives.old_age_allowance": "no",
    "alive": "yes",
    "holds.disability_certificate": "no",
    "disability_kind": "sight",
    "disability_degree": "3",
    "nationality_changed_before": "no",
    "relief_this_year_same_cause": "no",
    "holds.other_policy_housing": "no",
    "household.floor_area": "0",
    "household.luxury_school": "no",
    "employment_hardship": "older",
    "worker_hardship": "deep",
    "residence_registered_on": "2026-01-05",
    "household.persons": "3",
    "household.income_month": "1500",
    "household.income_year": "18000",
    "household.rigid_cost_year": "6000",
    "insurance_months": "0",
    "newborn_born_on": "2026-10-08",
}


class Somebody:
    """At a browser; who has been away for weeks signs in anew."""

    def __init__(self, **who: Any) -> None:
        self.account = people.Account.objects.filter(**who).first() or people.make_account(**who)
        self.client = Client()
        self.sign_in()

    def sign_in(self) -> None:
        self.client.force_login(self.account, backend=BACKEND)

    def get(self, url: str, **more: Any) -> Any:
        return self.client.get(url, **more)

    def post(self, url: str, data: Any = None, **more: Any) -> Any:
        return self.client.post(url, data, **more)


@dataclass
class City:
    """Desks of two communities, and for each office of the item an examiner and a signer."""

    item: Any
    clerk: Somebody
    resident: Somebody
    applicant: Any
    offices: list[tuple[Somebody, Somebody]] = field(default_factory=list)


def city_for(code: str) -> City:
    item = ITEMS[code]
    hukou = FROM_ELSEWHERE.get(code, people.WANLI)
    applicant = people.make_resident(
        "农秀珍", born_on=BORN.get(code, date(1985, 3, 8)), home_community=people.WANLI, hukou_division=hukou, level=3
    )
    known = {"hukou_division": hukou, "residence_division": people.WANLI, "born_on": applicant.born_on.isoformat()}
    for name, value in (known | KNOWN.get(code, {})).items():
        people_api.record_attribute(
            actor=Actor.system("tests"), resident_id=applicant.id, name=name, value=value,
            source="register:样例", at=datetime(2026, 1, 5, 2, 0, tzinfo=UTC), level=3,
        )  # fmt: skip
    desk = people.make_organisation(name="万力社区综合窗口", territory=people.WANLI)
    clerk = Somebody(staff=people.make_staff("desk_clerk", desk, name="李春燕"))
    city = City(item=item, clerk=clerk, resident=Somebody(resident=applicant), applicant=applicant)
    for number, step in enumerate(item.office_steps()):
        office = people.make_organisation(
            "department", name=f"样例单位{number}", department=step.office.department,
            territory=people.WANLI[: step.office.digits],
        )  # fmt: skip
        pair = [people.make_staff(role, office, name=f"{role}{number}") for role in ("examiner", "signer")]
        city.offices.append((Somebody(staff=pair[0]), Somebody(staff=pair[1])))
    return city


# ── at the screen ──


def text_of(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def fields_of(answer: Any) -> dict[str, list[str]]:
    """The names of a page's fields with the values that can be chosen."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<(?:input|select|textarea)[^>]*>", answer.content.decode()):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            found.setdefault(name.group(1), []).append(value.group(1) if value else "")
    return found


def answers_for(city: City, names: list[str]) -> dict[str, str]:
    kinds = {one.id: one for one in city.item.form_fields()}
    typed = TYPED.get(city.item.code, {})
    found = {}
    for name in names:
        one = kinds[name.removeprefix("a-")]
        chosen = one.choices[0].value if one.choices else BY_KIND[one.kind.value]
        found[name] = typed.get(one.id, chosen)
    return found


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("照片.png", PNG, content_type="image/png")


def file_at_home(city: City) -> str:
    """From the guide to the receipt. Returns the case's id."""
    guide = text_of(city.resident.get(reverse("catalogue:guide", args=[city.item.code])))
    begin = reverse("matters:apply", args=[city.item.code])
    assert begin in guide
    answer = city.resident.post(begin, {"applicant": str(city.applicant.id)}, follow=True)
    url = answer.redirect_chain[-1][0]
    for _turn in range(20):
        if url.endswith("/review/"):
            break
        names = fields_of(answer)
        if files := [name for name in names if name.startswith("f-") and must_be_there(city, name[2:])]:
            answer = city.resident.post(url, {"go": "next", **{name: photo() for name in files}}, follow=True)
        else:
            asked = [name for name in names if name.startswith("a-")]
            answer = city.resident.post(url, {"go": "next", **answers_for(city, asked)}, follow=True)
        # An answer may call for another question, which is then asked on the same page.
        url = answer.redirect_chain[-1][0] if answer.redirect_chain else url
    key = fields_of(answer)["key"][0]
    answer = city.resident.post(url, {"key": key, "declared": "on"}, follow=True)
    assert "/done/" in answer.redirect_chain[-1][0], text_of(answer)
    return answer.redirect_chain[-1][0].split("/")[-3]


def accept_at_the_desk(city: City, case_id: str) -> None:
    url = reverse("matters:desk_case", args=[case_id])
    assert url in text_of(city.clerk.get(reverse("matters:desk_cases")))
    city.clerk.post(url, {"act": "take_in"})
    key = fields_of(city.clerk.get(url))["key"][0]
    answer = city.clerk.post(url, {"act": "accept", "key": key}, follow=True)
    assert answer.redirect_chain, text_of(answer)


def must_be_there(city: City, material_id: str) -> bool:
    """What may be left out (非必要) is left out."""
    return any(one.id == material_id and one.necessity != "optional" for one in city.item.materials)


def look_everything_up(client: Somebody, case_id: str) -> None:
    url = reverse("matters:office_case", args=[case_id])
    offered_by = fields_of(client.get(url))
    for name in offered_by.get("of", []):
        prefix = f"find-{name.replace('.', '-')}"
        value = FOUND.get(name, "yes")
        offered = offered_by[f"{prefix}-value"]
        assert value in offered or offered == [""], f"{name}: {value} of {offered}"
        data = {"of": name, f"{prefix}-attribute": name, f"{prefix}-value": value, f"{prefix}-source": "样例名册"}
        answer = client.post(reverse("matters:office_find", args=[case_id]), data)
        assert answer.status_code == 302, text_of(answer)


def publish(city: City, examiner: Somebody, case_id: str, clock: Any) -> None:
    """The notice is put up, and comes down by itself."""
    assert examiner.post(reverse("matters:office_act", args=[case_id, "publish"])).status_code == 302
    clock.shift(timedelta(days=20))
    timers.fire_all(datetime.now(UTC))
    for somebody in (city.clerk, city.resident, *(one for pair in city.offices for one in pair)):
        somebody.sign_in()


def decide(city: City, case_id: str, clock: Any) -> None:
    for number, (examiner, signer) in enumerate(city.offices):
        shown = reverse("matters:office_case", args=[case_id])
        assert shown in text_of(examiner.get(reverse("matters:office")))
        examiner.post(reverse("matters:office_take_up", args=[case_id]))
        if number + 1 < len(city.offices):
            act = reverse("matters:office_act", args=[case_id, "hand_on"])
            assert examiner.post(act, {"opinion": "yes", "text": "情况属实"}).status_code == 302
            continue
        look_everything_up(examiner, case_id)
        if city.item.procedure.public_notice:
            publish(city, examiner, case_id, clock)
        answer = examiner.post(reverse("matters:office_propose", args=[case_id]), {"outcome": "granted"})
        assert answer.status_code == 302, text_of(answer)
        page = signer.get(shown)
        signed = {"proposed_at": unescape(fields_of(page)["proposed_at"][0])}
        assert signer.post(reverse("matters:office_sign", args=[case_id]), signed).status_code == 302


def hand_over(city: City, case_id: str) -> None:
    card = {"id_number": city.applicant.id_number, "is_original_seen": "on", "is_face_compared": "on"}
    opened = city.clerk.post(reverse("matters:pick_up"), {"code": pickup_code_of(case_id), **card})
    assert opened.status_code == 302, text_of(opened)
    city.clerk.post(opened.headers["Location"])


def own_page(city: City, case_id: str) -> str:
    return text_of(city.resident.get(reverse("matters:my_case", args=[case_id])))


@pytest.fixture
def clock() -> Iterator[Any]:
    with plain_static_files(), time_machine.travel(NOON, tick=False) as travelled:
        yield travelled


def test_a_licence_that_nobody_answers_counts_as_accepted_on_the_day_it_came_in(clock):
    """行政许可法 32: five working days, then the law accepts, and the lapse lies at the desk's door."""
    city = city_for("elevator_addition")
    case_id = file_at_home(city)
    desk = reverse("matters:desk_cases")
    assert "12月1日前要告知或受理" in text_of(city.clerk.get(desk))
    clock.shift(timedelta(days=8))
    timers.fire_all(datetime.now(UTC))
    for somebody in (city.clerk, city.resident, city.offices[0][0]):
        somebody.sign_in()
    told = text_of(city.clerk.get(desk))
    assert "没有按时告知的" in told
    assert "没有按期告知" in told
    shown = own_page(city, case_id)
    assert "12月15日前答复您" in shown  # fifteen working days from the day of receipt
    assert "视为受理" in shown
    assert "依法视为收件当日受理" in text_of(city.offices[0][0].get(reverse("matters:office_case", args=[case_id])))


@pytest.mark.parametrize("code", ITEMS)
def test_an_item_from_home_to_its_decision(code, clock):
    city = city_for(code)
    case_id = file_at_home(city)
    assert "待收件" in own_page(city, case_id) or "交" in own_page(city, case_id)
    accept_at_the_desk(city, case_id)
    if "准予" not in own_page(city, case_id):  # what the rules alone did not grant
        decide(city, case_id, clock)
    assert "准予" in own_page(city, case_id)
    hand_over(city, case_id)
    assert "已送达" in own_page(city, case_id)
