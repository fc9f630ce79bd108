"""The pages of people."""

from django.urls import path

from yizhan.people.web import protecting, registering, signing_in, views

app_name = "people"
urlpatterns = [
    path("welcome/", views.after_sign_in, name="after_sign_in"),
    path("me/", views.me, name="me"),
    path("me/name/", views.name, name="name"),
    path("me/number/", views.number, name="number"),
    path("me/reads/", views.reads, name="reads"),
    path("me/reads/<uuid:resident_id>/", views.reads_of_principal, name="reads_of_principal"),
    path("me/relations/<uuid:relation_id>/", views.narrow, name="narrow_relation"),
    path("me/relations/<uuid:relation_id>/end/", views.end, name="end_relation"),
    path("sign-in/password/", signing_in.with_password, name="password_sign_in"),
    path("me/protection/", protecting.protection, name="protection"),
    path("me/protection/password/", protecting.choose_password, name="choose_password"),
    path("me/protection/app/", protecting.switch_on, name="switch_on"),
    path("me/protection/app/off/", protecting.switch_off, name="switch_off"),
    path("residents/new/", registering.register, name="register"),
    path("me/workplace/", views.choose_workplace, name="workplace"),
]
