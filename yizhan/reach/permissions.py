"""Who may do what with the city's figures. Figures of communities are for everybody; homes behind them are not."""

from yizhan.kernel.api import Actor, access
from yizhan.people import api as people

_Role = people.Role
_plans = access.has_role(
    _Role.DESK_CLERK,
    _Role.OFFICE_LEAD,
    _Role.OFFICE_HEAD,
    _Role.GOVERNMENT_HEAD,
    _Role.SUPERVISOR,
    _Role.PLANNER,
    _Role.ADMINISTRATOR,
)

SEE_HOMES = "reach.see_homes"
PLAN = "reach.plan"


def is_own(actor: Actor, staff_id: object) -> bool:
    """A scenario is its planner's; asked without one, by any planner."""
    return staff_id is None or actor.staff_id == staff_id


PERMISSIONS: dict[str, list[access.Predicate]] = {
    SEE_HOMES: [_plans],
    PLAN: [_plans, is_own],
}
