"""Routes of matters: the desk, the office, the resident's own cases."""

from django.urls import URLPattern

from yizhan.matters.web import apply_routes, desk_routes, my_routes, office_routes

app_name = "matters"
urlpatterns: list[URLPattern] = [
    *desk_routes.routes,
    *office_routes.routes,
    *my_routes.routes,
    *apply_routes.routes,
]
