from django.urls import path

from yizhan.reach.web import views

app_name = "reach"
urlpatterns = [
    path("reach/", views.circle, name="circle"),
    path("reach/start/", views.starts, name="starts"),
    path("reach/map/", views.map_data, name="map"),
    path("reach/way/<uuid:outlet_id>/", views.way, name="way"),
    path("reach/tiles/<str:name>/<slug:mark>/<int:z>/<int:x>/<int:y>/", views.tile, name="tile"),
]
