"""django-allauth in our house: a phone is the only name, a new phone opens an account, secrets are encrypted."""

from __future__ import annotations

import base64
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import ValidationError
from django.forms import CharField, TextInput
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Actor, crypto, ids, keyed_index
from yizhan.messaging import api as messaging
from yizhan.people.models import Account
from yizhan.people.queries import labels
from yizhan.people.rules.phones import PhoneWrong, parse_phone
from yizhan.people.services import devices, guarding
from yizhan.people.services.accounts import note_sign_in
from yizhan.people.web.sessions import begin_session

log = structlog.get_logger()

SIGN_IN_TEXT = _("您的登录验证码是{code}，5分钟内有效。不要告诉别人，工作人员也不会问您要。")


def address_of(request: HttpRequest) -> str:
    """Where the request comes from; behind a balancer as allauth's settings say."""
    return str(AccountAdapter().get_client_ip(request))


def typed_phone(text: str) -> str:
    """What was typed as a phone, in the form in which it is counted; no phone is counted as what it is."""
    try:
        return parse_phone(text)
    except PhoneWrong:
        return text.strip()[:40]


class PhoneField(CharField):
    """Eleven digits, however they are typed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("手机号码"))
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("widget", TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return parse_phone(text)
        except PhoneWrong:
            raise ValidationError(labels.PHONE_FAULT, code="phone") from None


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": _("验证码不对，请再看一遍短信。"),
        "too_many_login_attempts": _("试得太多了，请过几分钟再来。"),
        "rate_limited": _("发得太快了，请稍等一会儿再试。"),
        "phone_password_mismatch": _("手机号码或密码不对。"),
        "account_inactive": _("这个账号已停用，请到窗口处理。"),
        "incorrect_password": _("密码不对。"),
    }

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """allauth's own flash messages are not shown: our pages say where one stands."""

    def respond_user_inactive(self, request: HttpRequest, user: Account) -> HttpResponse:  # noqa: ARG002
        return HttpResponseRedirect(f"{reverse('account_login')}?closed=1")

    def generate_login_code(self) -> str:
        return ids.short_code(6, ids.DIGITS)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:  # noqa: ARG002
        # Without the phone all of the city would share one count of wrong passwords.
        return keyed_index(str(credentials.get("phone", "")), "people.sign_in.attempts").hex()

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        log.info("sign_in_failed")
        phone = typed_phone(str(credentials.get("phone", "")))
        guarding.note_failure(phone=phone, address=address_of(request), at=timezone.now())

    def login(self, request: HttpRequest, user: Account) -> None:
        super().login(request, user)
        now = timezone.now()
        begin_session(request, at=now)
        agent = request.headers.get("User-Agent", "")
        devices.note_device(account=user, session_key=request.session.session_key or "", user_agent=agent, at=now)
        note_sign_in(account=user)

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        return PhoneField(**kwargs)

    def get_user_by_phone(self, phone: str) -> Account | None:
        return Account.objects.find_by_phone(phone)

    def get_phone(self, user: Account) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified_at is not None) if user.phone else None

    def set_phone(self, user: Account, phone: str, verified: bool) -> None:
        user.set_phone(phone)
        user.phone_verified_at = timezone.now() if verified else None
        user.save(update_fields=["phone", "phone_index", "phone_verified_at"])

    def set_phone_verified(self, user: Account, phone: str) -> None:
        if user.phone == phone and user.phone_verified_at is None:
            user.phone_verified_at = timezone.now()
            user.save(update_fields=["phone_verified_at"])

    def send_verification_code_sms(self, user: Account | None, phone: str, code: str, **kwargs: Any) -> None:  # noqa: ARG002
        messaging.send_sms(
            to=phone,
            text=str(SIGN_IN_TEXT).format(code=code),
            reference=f"people.sign_in:{ids.new_id()}",
            actor=Actor.system("people.sign_in"),
            at=timezone.now(),
        )


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second factors lie encrypted in the database."""

    _PURPOSE = "people.second_factor"

    def encrypt(self, text: str) -> str:
        return base64.b64encode(crypto.encrypt_bytes(text.encode(), self._PURPOSE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt_bytes(base64.b64decode(encrypted_text), self._PURPOSE).decode()

    def get_totp_label(self, user: Account) -> str:
        return f"{user.staff.employee_number}" if user.staff else str(_("一站账号"))
