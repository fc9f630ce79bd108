"""Who may do what to a case. The object, where there is one, is the case: predicates read its plain columns."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Actor
from yizhan.kernel.api import access as kernel_access
from yizhan.matters.rules.approving import APPROVING_ROLES, ROLE_OF, Approver
from yizhan.matters.rules.separation import Part, may_take

DESK, EXAMINER, SIGNER, LEAD = "desk_clerk", "examiner", "signer", "office_lead"
is_clerk = kernel_access.has_role(DESK)
is_deliverer = kernel_access.has_role(DESK, "delivery_clerk")
is_office = kernel_access.has_role(EXAMINER, SIGNER, LEAD)


def is_machine_client(actor: Actor, _obj: Any) -> bool:
    return actor.client is not None


def is_no_staff(actor: Actor, _obj: Any) -> bool:
    """Who is not signed in yet is led to the sign-in, and from there to the form."""
    return actor.staff_id is None


def at_its_desk(actor: Actor, case: Any) -> bool:
    """The case lies at a desk of this clerk."""
    return case is None or case.intake_organisation_id in actor.organisations(DESK)


def in_its_office(role: str) -> kernel_access.Predicate:
    """The responsible office is one in which this actor holds the role."""

    def holds(actor: Actor, case: Any) -> bool:
        return actor.has_role(role) and (case is None or case.responsible_organisation_id in actor.organisations(role))

    return holds


def is_not_own(actor: Actor, case: Any) -> bool:
    """Nobody decides a matter of his own or one that he files for another."""
    return case is None or actor.resident_id is None or actor.resident_id not in (case.applicant_id, case.agent_id)


def is_of_applicant(actor: Actor, case: Any) -> bool:
    """As a resident, in a matter that he sees as a resident: staff, who see others' cases too, in their own alone."""
    if case is None or actor.staff_id is None:
        return kernel_access.is_resident(actor, case)
    return actor.resident_id is not None and actor.resident_id in (case.applicant_id, case.agent_id)


def is_free_to(part: Part) -> kernel_access.Predicate:
    """受办分离: who took in or accepted does not examine, decide or sign; who decides does not sign.

    Who stands in for somebody on leave may do no more than either of them: leave is no way round.
    """

    def holds(actor: Actor, case: Any) -> bool:
        if case is None:
            return True
        role = SIGNER if part in (Part.SIGN, Part.REVOKE) else EXAMINER
        lent = actor.on_behalf_of(case.responsible_organisation_id, role)
        both = (actor.staff_id, lent.staff_id) if lent else (actor.staff_id,)
        return all(may_take(part, one, case.parts()) for one in both)

    return holds


def is_its_approver(actor: Actor, asked: Any) -> bool:
    """The request for more days waits for the role that the item names, in the place where it was laid."""
    return asked is None or asked.organisation_id in actor.organisations(ROLE_OF[Approver(asked.approver)])


def is_free_to_approve(actor: Actor, asked: Any) -> bool:
    """Not his own matter, and he neither asked nor took the case in nor accepted it; nor did whom he stands in for."""
    if asked is None:
        return True
    lent = actor.on_behalf_of(asked.organisation_id, ROLE_OF[Approver(asked.approver)])
    both = (actor.staff_id, lent.staff_id) if lent else (actor.staff_id,)
    parts = asked.case.parts()
    is_free = all(one != asked.asked_by_id and may_take(Part.EXAMINE, one, parts) for one in both)
    return is_free and is_not_own(actor, asked.case)


PERMISSIONS: Mapping[str, Sequence[kernel_access.Predicate]] = {
    "matters.desk": [is_clerk],
    "matters.take_in": [is_clerk],
    "matters.accept": [is_clerk, at_its_desk, is_not_own],
    "matters.deliver": [is_deliverer],
    "matters.office": [is_office],
    "matters.examine": [in_its_office(EXAMINER), is_not_own, is_free_to(Part.EXAMINE)],
    # 转办: the office's lead says who examines; he neither examines nor signs by that role.
    "matters.assign": [in_its_office(LEAD), is_not_own],
    "matters.decide": [in_its_office(EXAMINER), is_not_own, is_free_to(Part.DECIDE)],
    "matters.sign": [in_its_office(SIGNER), is_not_own, is_free_to(Part.SIGN)],
    # 撤销: a signer of the office; who took the case in or accepted it has no hand in it.
    "matters.revoke": [in_its_office(SIGNER), is_not_own, is_free_to(Part.REVOKE)],
    # 延期: the office asks (matters.decide), whoever the item names answers; heads see the request, not the papers.
    "matters.extensions": [kernel_access.has_role(*APPROVING_ROLES)],
    "matters.approve_extension": [kernel_access.has_role(*APPROVING_ROLES), is_its_approver, is_free_to_approve],
    "matters.terminate": [
        kernel_access.any_of(in_its_office(EXAMINER), in_its_office(SIGNER)),
        is_not_own,
        is_free_to(Part.EXAMINE),
    ],
    "matters.archive": [kernel_access.any_of(in_its_office(EXAMINER), in_its_office(SIGNER))],
    "matters.review_sample": [in_its_office(EXAMINER), is_not_own, is_free_to(Part.EXAMINE)],
    "matters.see_case": [kernel_access.any_of(kernel_access.is_resident, is_clerk, is_office)],
    "matters.own_cases": [kernel_access.is_resident],
    "matters.start": [is_no_staff],
    "matters.file": [kernel_access.is_resident],
    "matters.supplement": [kernel_access.any_of(is_of_applicant, in_its_office(EXAMINER), kernel_access.is_client)],
    "matters.withdraw": [is_of_applicant],
    "matters.receive": [is_of_applicant],
    # organisations' own systems
    "matters.hand_in": [kernel_access.is_client],
    "matters.read_cases": [is_machine_client],
}

# What the token of an organisation's system may carry. Signing is in none of them: a decision wants a person.
SCOPES: Sequence[kernel_access.Scope] = (
    kernel_access.Scope(
        name="cases.hand_in",
        words=_("替居民交件（自助机、部门自己的系统），看自己交的件办到哪了"),
        permissions=frozenset(
            {"matters.hand_in", "matters.read_cases", "matters.supplement", "people.identify_for_filing"}
        ),
    ),
    kernel_access.Scope(
        name="cases.desk",
        words=_("替坐在窗口的工作人员收件、受理（窗口自己的系统，每次写明是谁）"),
        permissions=frozenset(
            {
                "matters.take_in",
                "matters.accept",
                "matters.read_cases",
                "people.find_at_desk",
                "people.check_identity",
                "people.establish_relation",
                "people.record_attribute",
            }
        ),
    ),
    kernel_access.Scope(
        name="cases.office",
        words=_("替坐在科室的工作人员审查：看材料、领办、登记查明的情况、要补正、拟决定（不能签发）"),
        permissions=frozenset(
            {
                "documents.open",
                "matters.decide",
                "matters.examine",
                "matters.office",
                "matters.read_cases",
                "people.look_for_case",
                "people.record_attribute",
            }
        ),
    ),
)
