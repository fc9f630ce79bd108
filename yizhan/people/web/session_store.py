"""Sessions in the database as Django keeps them, read by a statement that is kept prepared: every request asks."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.models import Session
from django.utils import timezone

from yizhan.kernel.api import rows


class SessionStore(DatabaseSessions):
    def _get_session_from_db(self) -> Session | None:
        # Django's own keys are letters and digits; anything else in the cookie is nobody's.
        key = self.session_key if (self.session_key or "").isalnum() else None
        found = rows.find(Session, session_key=key) if key else None
        if found is None or found.expire_date <= timezone.now():
            self._session_key = None
            return None
        return found
