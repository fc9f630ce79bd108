"""`yizhan people`: the three who keep a city, and a new phone for one; `yizhan client`: organisations' own systems."""

from pathlib import Path
from uuid import UUID

import click

ROLES = ("administrator", "security-officer", "auditor")


@click.group(name="people")
def people() -> None:
    """Who keeps the city: system administrator, security officer, auditor."""


@people.command()
@click.argument("role", type=click.Choice(ROLES))
@click.option("--name", required=True, help="Name of the person.")
@click.option("--number", required=True, help="Employee number.")
@click.option("--phone", required=True, help="Phone to sign in with.")
@click.option("--city", default="", help="Name of the city's own organisation, where there is none yet.")
@click.option("--territory", default="4501", show_default=True, help="Division code of the city.")
def appoint(*, role: str, name: str, number: str, phone: str, city: str, territory: str) -> None:
    """Appoint the first holder of one of the three roles; nobody gets two of them."""
    from yizhan.kernel.api import Actor, times
    from yizhan.people import api

    appointment = api.Appointment(
        role=role.replace("-", "_"), name=name, employee_number=number, phone=phone, city=city, territory=territory
    )
    api.appoint(actor=Actor.system("people.console"), appointment=appointment, at=times.utc_now())
    click.echo(f"{role}: {name} ({number}) signs in with {phone}")


@people.command()
@click.argument("number")
@click.option("--to", "phone", required=True, help="The new phone.")
@click.option("--witness", "witnesses", multiple=True, help="Employee number of each of the other two.")
def phone(*, number: str, phone: str, witnesses: tuple[str, ...]) -> None:
    """Change the sign-in phone of one of the three, with the other two present."""
    from yizhan.kernel.api import Actor, times
    from yizhan.people import api

    api.change_phone_of_a_keeper(
        actor=Actor.system("people.console"),
        employee_number=number,
        phone=phone,
        witnesses=witnesses,
        at=times.utc_now(),
    )
    click.echo(f"{number} signs in with {phone}; earlier sessions are over, both phones are told")


@people.command()
def keepers() -> None:
    """Who holds the three roles today."""
    from yizhan.kernel.api import times
    from yizhan.people import api

    for one in api.keepers(on=times.local_day(times.utc_now())):
        click.echo(f"{one.role}\t{one.name}\t{one.employee_number}\t{'' if one.has_phone else 'no phone'}")


@people.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def leaked(*, file: Path) -> None:
    """Refuse the passwords of FILE from now on: SHA-1 sums ordered by hash, as Have I Been Pwned publishes them."""
    from yizhan.kernel.api import Actor
    from yizhan.people import api

    count = api.load_leaked_list(source=file, actor=Actor.system("people.console"))
    click.echo(f"{count} leaked passwords are refused from now on")


# ── organisations' own systems ──


@click.group(name="client")
def client() -> None:
    """Organisations' own systems that may call the API."""


@client.command()
@click.argument("organisation_id", type=click.UUID)
@click.option("--name", required=True, help="Which system it is, 2 to 60 characters.")
@click.option("--scope", "scopes", multiple=True, required=True, help="What it may do; may be given several times.")
@click.option("--calls-per-minute", type=int, default=1200, show_default=True)
def register(*, organisation_id: UUID, name: str, scopes: tuple[str, ...], calls_per_minute: int) -> None:
    """Register a system; its secret is shown once."""
    from yizhan.kernel.api import Actor, times
    from yizhan.people import api

    made = api.register_client(
        actor=Actor.system("people.console"),
        client=api.NewClient(
            organisation_id=organisation_id, name=name, scopes=scopes, calls_per_minute=calls_per_minute
        ),
        at=times.utc_now(),
    )
    click.echo(f"id\t{made.machine_client_id}\nclient_id\t{made.client_id}\nclient_secret\t{made.secret}")


@client.command()
@click.argument("machine_client_id", type=click.UUID)
def revoke(*, machine_client_id: UUID) -> None:
    """From this moment its tokens are worth nothing."""
    from yizhan.kernel.api import Actor, times
    from yizhan.people import api

    api.revoke_client(actor=Actor.system("people.console"), machine_client_id=machine_client_id, at=times.utc_now())
    click.echo(f"{machine_client_id} is revoked")
