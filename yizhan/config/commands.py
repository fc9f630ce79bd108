"""The commands that run and look after a deployment."""

import json
import os
import sys
from pathlib import Path

import click

from yizhan.config.embedded import OWNER
from yizhan.config.env import env
from yizhan.config.process import with_database

# A request that is still running then is cut off; whoever sent it got no answer and may send it again.
STOPS_WITHIN_S = 10


@click.command()
@click.option("--port", type=int, default=None, help="Port to listen on (default 8000, or the next free one).")
@click.option("--open/--no-open", "opens", default=False, help="Open the address in a browser.")
def up(port: int | None, opens: bool) -> None:
    """Start everything on this machine: database, migrations, sample city, web and worker."""
    from yizhan.config.supervisor import run

    sys.exit(run(port=port, opens=opens))


@click.command()
@click.option("--host", default=None)
@click.option("--port", type=int, default=None)
def web(host: str | None, port: int | None) -> None:
    """Answer requests, with as many processes as YIZHAN_WEB_PROCESSES says. Needs DATABASE_URL."""
    os.environ["YIZHAN_PROCESS"] = "web"  # before anything reads the settings
    _refuse_unsafe_start()
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "yizhan.config.asgi:application",
        address=host or env().host,
        port=port or env().port,
        interface=Interfaces.ASGINL,
        workers=env().web_processes,
        websockets=False,
        log_access=False,
        log_level="warning",  # type: ignore[arg-type]
        respawn_failed_workers=True,
        workers_kill_timeout=STOPS_WITHIN_S,
    ).serve()


@click.command()
def worker() -> None:
    """Run one worker: deliver facts, fire timers, seal the audit."""
    _refuse_unsafe_start()
    import signal

    from yizhan.documents.api import watch_retention
    from yizhan.kernel.api import times
    from yizhan.kernel.api import worker as kernel_worker

    def every_night() -> None:
        watch_retention(at=times.utc_now())

    running = kernel_worker.Worker(every_night)
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: running.stop())
    running.start()
    click.echo("worker: ready", err=True)
    running.join_forever()


def _refuse_unsafe_start() -> None:
    """A production process does not start with keys that anybody can compute."""
    from yizhan.config.doctor import refusals_to_start

    reasons = list(refusals_to_start())
    if reasons:
        raise click.ClickException("; ".join(reasons))


@click.command()
def migrate() -> None:
    """Bring the schema, the rights and the reference data up to date (as the database's owner)."""
    with with_database(OWNER):
        from yizhan.config import setup

        setup.migrate(verbosity=1)
        setup.load_reference_data()


@click.command()
def demo() -> None:
    """Fill an empty database with the sample city."""
    from yizhan.config import setup

    if not env().is_demo:
        raise click.ClickException("The sample city is for YIZHAN_MODE=demo.")
    if not setup.is_empty():
        click.echo("The city is not empty: nothing was added.")
        return
    setup.build_demo_city()
    click.echo("The sample city is in.")


@click.command()
@click.option("--json", "as_json", is_flag=True)
def doctor(as_json: bool) -> None:
    """Check this deployment; exit 1 where something is wrong."""
    from yizhan.config.doctor import examine

    findings = examine()
    if as_json:
        click.echo(json.dumps([f.as_dict() for f in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            click.echo(f"{finding.mark} {finding.name:24} {finding.text}")
    sys.exit(0 if all(f.holds for f in findings) else 1)


@click.command()
@click.option("--json", "as_json", is_flag=True)
def verify(as_json: bool) -> None:
    """Recompute the audit chain and check the outbox; exit 1 where the evidence does not hold."""
    from yizhan.config.verify import verify_evidence

    report = verify_evidence()
    click.echo(json.dumps(report, ensure_ascii=False, indent=1) if as_json else _verify_text(report))
    sys.exit(0 if report["holds"] else 1)


def _verify_text(report: dict[str, object]) -> str:
    lines = [f"{key}: {value}" for key, value in report.items() if key != "problems"]
    problems = report["problems"]
    assert isinstance(problems, list)
    return "\n".join([*lines, *(f"PROBLEM {p['code']}: {p['place']}" for p in problems)])


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the whole city into FILE, as of this moment; the keys are not in it (as the database's owner)."""
    from yizhan.config.backup import KeepingFailed, key_fingerprints, make_backup

    with with_database(OWNER):
        try:
            made = make_backup(file.absolute(), os.environ["DATABASE_URL"])
        except (KeepingFailed, RuntimeError) as failed:
            raise click.ClickException(str(failed)) from failed
    click.echo(f"{file}: {sum(made.rows.values())} rows, {made.audit.seals} seals, {made.dump_bytes} bytes")
    prints = ", ".join(f"{name} {value}" for name, value in key_fingerprints().items())
    click.echo(f"The keys are not in it. Keep them elsewhere: {prints}")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Put the backup FILE into an empty database and prove it (as the database's owner)."""
    from yizhan.config.backup import KeepingFailed

    with with_database(OWNER):
        from yizhan.config.restore import restore_backup

        try:
            done = restore_backup(file.absolute(), os.environ["DATABASE_URL"])
        except (KeepingFailed, RuntimeError) as failed:
            raise click.ClickException(str(failed)) from failed
    click.echo(f"The city of {done.manifest.made_at}: {done.rows} rows, {done.seals} seals; the evidence holds.")
    click.echo(f"Held, because they may have gone out since: {done.held}. See `yizhan held`.")
    click.echo(f"Fell due meanwhile and will be done by the worker, once: {done.timers}.")


@click.command()
@click.option("--send", "sends", is_flag=True, help="Let all of them go out after all.")
@click.option("--drop", "drops", is_flag=True, help="None of them goes out.")
@click.option("--reason", default="", help="Why; it is written into the audit.")
def held(sends: bool, drops: bool, reason: str) -> None:
    """What a restore has held back from leaving the house: list it, send it or drop it."""
    from yizhan.kernel.api import Actor, restoring

    if sends and drops:
        raise click.UsageError("either --send or --drop")
    if not (sends or drops):
        for one in restoring.held()[:200]:
            click.echo(f"{one.pk}  {one.handler}  {one.fact.name}  {one.fact.occurred_at:%Y-%m-%d %H:%M}")
        click.echo(f"held: {restoring.held().count()}")
        return
    if not reason.strip():
        raise click.UsageError("--reason is needed: somebody will ask")
    act = restoring.send_held if sends else restoring.drop_held
    click.echo(f"{'sent' if sends else 'dropped'}: {act(actor=Actor.system('config.held'), reason=reason.strip())}")


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("name")
@click.option("--json", "as_json", is_flag=True)
@click.option("--quick", is_flag=True, help="Small sizes, for continuous integration.")
@click.option("--only", default="", metavar="PART", help="One part of a long benchmark, e.g. queue of matters.")
def bench(name: str, as_json: bool, quick: bool, only: str) -> None:
    """Run a benchmark with its floor, e.g. `yizhan bench kernel --json`."""
    from yizhan.config.benchmarks import run

    sys.exit(run(name, as_json=as_json, quick=quick, only=only))


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Django's own commands, for developers."""
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yizhan.config.settings")
    execute_from_command_line(["yizhan manage", *arguments])
