"""Who acts: the one argument that every service takes."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class RoleGrant:
    """A role held in an organisation over a territory (a prefix of division codes, "" for everywhere)."""

    role: str
    organisation_id: UUID
    territory: str = ""


@dataclass(frozen=True, kw_only=True)
class StandIn:
    """Whose role one has for a time: `staff_id` is on leave and has handed it over."""

    role: str
    organisation_id: UUID
    staff_id: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class Client:
    """An organisation's own system, known by a token. It does what its scopes open and nothing else."""

    client_id: UUID
    name: str
    organisation_id: UUID
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A person or a machine. `level` is the identity level L0–L4; `channel` is web, phone, desk, terminal or system.

    `machine` is a process of ours; `client` a system of an organisation, for itself or for the member of staff who
    sits at it.
    """

    account_id: UUID | None = None
    resident_id: UUID | None = None
    staff_id: UUID | None = None
    name: str = ""
    level: int = 0
    roles: tuple[RoleGrant, ...] = field(default=())
    channel: str = "web"
    machine: str = ""
    stands_in: tuple[StandIn, ...] = field(default=())
    client: Client | None = None

    @classmethod
    def system(cls, machine: str) -> "Actor":
        """A process of ours, named like "clocks.worker"."""
        return cls(machine=machine, name=machine, channel="system")

    @property
    def is_anonymous(self) -> bool:
        return self.account_id is None and not self.machine and self.client is None

    @property
    def key(self) -> str:
        """How audit lines and idempotency keys name this actor; no personal data."""
        if self.machine:
            return f"system:{self.machine}"
        if self.client:
            return f"client:{self.client.client_id.hex}" + (f"/{self.staff_id}" if self.staff_id else "")
        return f"account:{self.account_id}" if self.account_id else "anonymous"

    def has_role(self, role: str, organisation_id: UUID | None = None) -> bool:
        return any(g.role == role and organisation_id in (None, g.organisation_id) for g in self.roles)

    def organisations(self, role: str) -> frozenset[UUID]:
        """The organisations in which this actor holds `role`."""
        return frozenset(g.organisation_id for g in self.roles if g.role == role)

    def on_behalf_of(self, organisation_id: UUID | None, *roles: str) -> StandIn | None:
        """For whom this actor uses one of the roles there; None if it is his own, or he has none."""
        if any(self.has_role(role, organisation_id) and not self._lent(role, organisation_id) for role in roles):
            return None
        return next((lent for role in roles if (lent := self._lent(role, organisation_id))), None)

    def _lent(self, role: str, organisation_id: UUID | None) -> StandIn | None:
        fitting = (one for one in self.stands_in if one.role == role)
        return next((one for one in fitting if organisation_id in (None, one.organisation_id)), None)

    def territories(self, role: str) -> tuple[str, ...]:
        """The division-code prefixes over which this actor holds `role`."""
        return tuple(sorted({g.territory for g in self.roles if g.role == role}))
