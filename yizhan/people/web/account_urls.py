"""The routes that django-allauth asks for by its own names; no other route of it exists."""

from django.urls import path

from yizhan.people.web import signing_in

urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="account_login"),
    path("sign-in/", signing_in.sign_in, name="account_request_login_code"),
    path("sign-in/code/", signing_in.enter_code, name="account_confirm_login_code"),
    path("sign-in/app/", signing_in.second_factor, name="mfa_authenticate"),
    path("sign-out/", signing_in.sign_out, name="account_logout"),
]
