"""Every route of the product, as the URL conf has it."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, PathConverter, SlugConverter, StringConverter, UUIDConverter

from yizhan.kernel.api import access

# A value of each kind that names nothing.
NOTHING = {
    UUIDConverter: UUID(int=0),
    IntConverter: 0,
    SlugConverter: "none",
    PathConverter: "none",
    StringConverter: "none",
}


class Route(NamedTuple):
    """A pattern with its name and the view behind it."""

    pattern: str
    name: str
    view: Callable[..., Any]
    converters: dict[str, Any]

    @property
    def permissions(self) -> Mapping[str, str]:
        """By method; "*" for all of them."""
        return access.permissions_of(self.view)

    @property
    def is_public(self) -> bool:
        return set(self.permissions.values()) == {access.PUBLIC}

    @property
    def is_of_the_api(self) -> bool:
        return self.pattern.startswith("api/")

    @property
    def line(self) -> str:
        return f"/{self.pattern}  {self.name}"

    def url(self, things: Mapping[str, Any] | None = None) -> str:
        """An address of this route, with values of `things` by name; of what is not there, values that name nothing."""
        address, known = self.pattern, things or {}
        for name, converter in self.converters.items():
            nothing = next(v for kind, v in NOTHING.items() if isinstance(converter, kind))
            value = converter.to_url(known.get(name, nothing))
            placeholder = re.search(rf"<(\w+:)?{name}>", address)
            address = address.replace(placeholder[0], value) if placeholder else address
        return f"/{address}"


def routes(resolver: URLResolver | None = None) -> Iterator[Route]:
    yield from _below(resolver or get_resolver(), "", "", {})


def _below(resolver: URLResolver, before: str, namespace: str, converters: dict[str, Any]) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = before + str(entry.pattern)
        known = converters | entry.pattern.converters
        if isinstance(entry, URLPattern):
            yield Route(pattern, namespace + (entry.name or "(no name)"), entry.callback, known)
        else:
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _below(entry, pattern, inner, known)


def unmarked(found: Iterator[Route]) -> list[str]:
    """Routes that name no permission and do not say that they are public."""
    return [route.line for route in found if not route.permissions]


def unregistered(found: Iterator[Route]) -> list[str]:
    """Routes whose permission no module registered: nobody may go there."""
    known = access.names() | {access.PUBLIC}
    return [f"{route.line}: {name}" for route in found for name in route.permissions.values() if name not in known]


def public(found: Iterator[Route]) -> list[str]:
    """Routes that anybody may open, by any method."""
    return sorted(route.line for route in found if access.PUBLIC in route.permissions.values())
