from django.urls import path

from yizhan.catalogue.web import confirming, managing, views

app_name = "catalogue"
urlpatterns = [
    path("items/", views.items, name="items"),
    path("items/<slug:code>/", views.guide, name="guide"),
    path("catalogue/", managing.manage, name="manage"),
    path("catalogue/take-in/", managing.take_in, name="take_in"),
    path("catalogue/<slug:code>/", managing.versions, name="versions"),
    path("catalogue/<slug:code>/confirm/", confirming.confirm, name="confirm"),
    path("catalogue/<slug:code>/<int:version>.yaml", managing.export, name="export"),
]
