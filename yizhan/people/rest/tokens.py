"""OAuth2 client credentials (RFC 6749, section 4.4): a token for a system that knows its secret, and taking it back."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from oauth2_provider.models import Application
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes
from oauth2_provider.views import RevokeTokenView, TokenView

from yizhan.kernel.api import access
from yizhan.people.models import MachineClient
from yizhan.people.services import clients


class Scopes(BaseScopes):  # type: ignore[misc]  # the toolkit has no types
    """The scopes that rooms have registered; a client has those that it was granted."""

    def get_all_scopes(self) -> dict[str, str]:
        return {name: str(scope.words) for name, scope in access.scopes().items()}

    def get_available_scopes(self, application: Any = None, *_: Any, **__: Any) -> list[str]:
        found = MachineClient.objects.filter(application=application).values_list("scopes", flat=True).first()
        return list(found or [])

    def get_default_scopes(self, application: Any = None, *_: Any, **__: Any) -> list[str]:
        return self.get_available_scopes(application)


class Validator(OAuth2Validator):  # type: ignore[misc]
    """Only registered, unrevoked systems of organisations that are there."""

    def _load_application(self, client_id: str | None, request: Any) -> Application | None:
        if not client_id or "\x00" in client_id:
            return None
        application = super()._load_application(client_id, request)
        if application is None:
            return None
        live = MachineClient.objects.filter(
            application=application, revoked_at=None, organisation__is_active=True
        ).exists()
        if not live:
            request.client = None
        return application if live else None

    def _save_bearer_token(self, token: Any, request: Any, *_: Any, **__: Any) -> None:
        super()._save_bearer_token(token, request)
        clients.note_token(application_id=request.client.pk, at=timezone.now())


_token, _revoke = TokenView.as_view(), RevokeTokenView.as_view()


def token(request: HttpRequest) -> HttpResponse:
    return _kept_nowhere(cast(HttpResponse, _token(request)))


def revoke(request: HttpRequest) -> HttpResponse:
    return _kept_nowhere(cast(HttpResponse, _revoke(request)))


def _kept_nowhere(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    # The toolkit calls some of its JSON a page.
    response["Content-Type"] = "application/json"
    return response
