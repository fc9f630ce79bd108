"""Routes of the look, mounted under /look/."""

from django.urls import path

from yizhan.look.web import views

app_name = "look"

urlpatterns = [
    path("", views.living, name="living"),
    path("version/", views.version, name="version"),
    path("language/", views.language, name="language"),
]
