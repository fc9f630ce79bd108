"""`yizhan search rebuild`: make the index anew from what the modules remember."""

import click


@click.group(name="search")
def search() -> None:
    """The search index."""


@search.command()
@click.argument("kinds", nargs=-1)
def rebuild(kinds: tuple[str, ...]) -> None:
    """Make the index of these kinds anew, or of all; the old one answers until it is done."""
    from yizhan.search import api

    known = api.kinds()
    if unknown := [kind for kind in kinds if kind not in known]:
        raise click.BadParameter(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
    for kind in kinds or known:
        click.echo(f"{kind}: {api.rebuild(kind)}")
