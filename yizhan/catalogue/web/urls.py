from django.urls import path

from yizhan.catalogue.web import views

app_name = "catalogue"
urlpatterns = [
    path("items/", views.items, name="items"),
    path("items/<slug:code>/", views.guide, name="guide"),
]
