"""`yizhan people`: the three who keep a city (三员), before anybody can sign in, and a new phone for one."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

ROLES = {"administrator": "系统管理员", "security-officer": "安全管理员", "auditor": "审计员"}


@click.group(name="people")
def people() -> None:
    """Who keeps the city: system administrator, security officer, auditor."""


def _told(command: Callable[..., None]) -> Callable[..., None]:
    """A refusal in its own words, and exit 1."""

    @wraps(command)
    def run(**values: Any) -> None:
        from yizhan.kernel.api import Refusal

        try:
            command(**values)
        except Refusal as refusal:
            raise click.ClickException(str(refusal.text)) from None

    return run


@people.command()
@click.argument("role", type=click.Choice(list(ROLES)))
@click.option("--name", required=True, help="Name of the person.")
@click.option("--number", required=True, help="Employee number (工号).")
@click.option("--phone", required=True, help="Phone to sign in with.")
@click.option("--city", default="市一站运行中心", show_default=True, help="Name of the city's own organisation.")
@click.option("--territory", default="4501", show_default=True, help="Division code of the city.")
@_told
def appoint(*, role: str, name: str, number: str, phone: str, city: str, territory: str) -> None:
    """Appoint the first holder of one of the three roles; nobody gets two of them."""
    from yizhan.kernel.api import Actor, times
    from yizhan.people import api

    appointment = api.Appointment(
        role=role.replace("-", "_"), name=name, employee_number=number, phone=phone, city=city, territory=territory
    )
    api.appoint(actor=Actor.system("people.console"), appointment=appointment, at=times.utc_now())
    click.echo(f"{ROLES[role]}：{name}（{number}），用 {phone} 登录")


@people.command()
@click.argument("number")
@click.option("--to", "phone", required=True, help="The new phone.")
@click.option("--witness", "witnesses", multiple=True, help="Employee number of each of the other two.")
@_told
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
    click.echo(f"{number} 换成 {phone} 登录；原来的登录都已退出，两个号码都收到了短信")


@people.command()
def keepers() -> None:
    """Who holds the three roles today."""
    from yizhan.kernel.api import times
    from yizhan.people import api

    for one in api.keepers(on=times.local_day(times.utc_now())):
        click.echo(f"{one.role}\t{one.name}\t{one.employee_number}\t{'' if one.has_phone else '没有登录手机'}")
