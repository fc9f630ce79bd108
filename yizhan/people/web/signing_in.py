"""Signing in: a phone, a code, and for a new phone an account. The steps are django-allauth's."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.account.views import ConfirmLoginCodeView, LoginView, LogoutView, RequestLoginCodeView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import urlencode

from yizhan.kernel.api import access
from yizhan.look.api import mask_phone
from yizhan.messaging import api as messaging
from yizhan.people.models import Account
from yizhan.people.services import guarding
from yizhan.people.services.accounts import open_account
from yizhan.people.web.adapter import AccountAdapter, address_of, typed_phone
from yizhan.people.web.forms import CodeForm, PasswordForm, PhoneForm, SecondFactorForm


def refuse_locked(request: HttpRequest, phone: str) -> None:
    """Raises SignInLocked."""
    guarding.refuse_locked(phone=phone, address=address_of(request), at=timezone.now())


class PhoneCode(LoginCodeVerificationProcess):  # type: ignore[misc]
    """A code to any phone. The account of a new phone is opened when its code has come back, never before."""

    def generate_code(self) -> str:
        self.state["code"] = str(AccountAdapter().generate_login_code())
        return str(self.state["code"])

    def send_by_phone(self, phone: str, skip_enumeration_mails: bool = False) -> None:  # noqa: ARG002
        AccountAdapter().send_verification_code_sms(user=self.user, phone=phone, code=self.generate_code())

    def resend(self) -> None:
        self.send()
        self.record_resend()
        self.persist()

    def record_invalid_attempt(self) -> bool:
        guarding.note_failure(phone=self.state["phone"], address=address_of(self.request), at=timezone.now())
        answer: bool = super().record_invalid_attempt()
        return answer

    def finish(self, redirect_url: str | None) -> HttpResponse:
        account = self.user or open_account(phone=self.state["phone"], at=timezone.now())
        # Where an app's code is still to come, wrong ones go on counting: a right text message is half of the way.
        if not is_mfa_enabled(account):
            guarding.forgive(phone=self.state["phone"])
        record_authentication(self.request, account, method="code")
        AccountAdapter().set_phone_verified(account, self.state["phone"])
        login = Login(user=account, redirect_url=_first_page(account, redirect_url))
        answer: HttpResponse = perform_login(self.request, login)
        return answer

    @classmethod
    def begin(cls, request: HttpRequest, *, user: Any, phone: str) -> None:
        login = Login(user=user)
        login.state["stages"] = {"current": LoginByCodeStage.key}
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        stage.state.update(cls.initial_state(user=user, phone=phone) | {"initiated_by_user": True})
        process = cls(stage)
        process.send()
        process.persist()


def _first_page(account: Account, wanted: str | None) -> str | None:
    """Somebody new says his name before anything else."""
    if account.resident_id or account.staff_id:
        return wanted
    return f"{reverse('people:name')}?{urlencode({'next': wanted})}" if wanted else reverse("people:name")


class SignInView(RequestLoginCodeView):  # type: ignore[misc]
    """One field: the phone. Known and unknown phones are answered alike."""

    template_name = "people/sign_in.html"

    def get_form_class(self) -> type[PhoneForm]:
        return PhoneForm

    def _redirect_to_pending_stage(self, _request: HttpRequest, _stage: Any) -> None:
        # Coming back here means "another phone, please".
        return None

    def form_valid(self, form: PhoneForm) -> HttpResponse:
        refuse_locked(self.request, form.cleaned_data["phone"])
        PhoneCode.begin(self.request, user=form._user, phone=form.cleaned_data["phone"])
        return HttpResponseRedirect(self.get_success_url())


@method_decorator(login_stage_required(stage=LoginByCodeStage.key, redirect_urlname="account_login"), name="dispatch")
class CodeView(ConfirmLoginCodeView):  # type: ignore[misc]
    template_name = "people/enter_code.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.stage = request._login_stage  # type: ignore[attr-defined]
        process = PhoneCode(self.stage)
        if not process.is_valid():
            process.abort()
            return HttpResponseRedirect(f"{reverse('account_login')}?late=1")
        if request.method == "POST":
            refuse_locked(request, process.state["phone"])
        self._process = process
        answer: HttpResponseBase = super(ConfirmLoginCodeView, self).dispatch(request, *args, **kwargs)
        return answer

    def get_form_class(self) -> type:
        return super().get_form_class() if self._action == "resend" else CodeForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        phone = self._process.state["phone"]
        newest = messaging.latest_for(phone) if settings.YIZHAN_IS_DEMO else None
        context: dict[str, Any] = super().get_context_data(**kwargs)
        code = self._process.code if newest else ""
        return context | {"phone_masked": mask_phone(phone), "phone": "", "shown_code": code}


class PasswordView(LoginView):  # type: ignore[misc]
    """Staff with a one-time code from an app may begin with a password instead of a text message."""

    template_name = "people/password_sign_in.html"

    def get_form_class(self) -> type[PasswordForm]:
        return PasswordForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        refuse_locked(request, typed_phone(request.POST.get("login", "")))
        answer: HttpResponseBase = super().post(request, *args, **kwargs)
        return answer

    def _redirect_to_pending_stage(self, _request: HttpRequest, _stage: Any) -> None:
        return None


class SecondFactorView(AuthenticateView):  # type: ignore[misc]
    template_name = "people/second_factor.html"

    def get_form_class(self) -> type[SecondFactorForm]:
        return SecondFactorForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        refuse_locked(request, self._phone())
        answer: HttpResponseBase = super().post(request, *args, **kwargs)
        return answer

    def form_invalid(self, form: Any) -> HttpResponse:
        guarding.note_failure(phone=self._phone(), address=address_of(self.request), at=timezone.now())
        answer: HttpResponse = super().form_invalid(form)
        return answer

    def form_valid(self, form: Any) -> HttpResponse:
        guarding.forgive(phone=self._phone())
        answer: HttpResponse = super().form_valid(form)
        return answer

    def _phone(self) -> str:
        return str(self.stage.login.user.phone)


class SignOutView(LogoutView):  # type: ignore[misc]
    template_name = "people/sign_out.html"


sign_in = access.public(SignInView.as_view())
enter_code = access.public(CodeView.as_view())
with_password = access.public(PasswordView.as_view())
second_factor = access.public(SecondFactorView.as_view())
sign_out = access.public(SignOutView.as_view())
