from django.urls import path

from yizhan.reach.web import exporting, months, planning, scenarios, views

app_name = "reach"
urlpatterns = [
    path("reach/", views.circle, name="circle"),
    path("reach/start/", views.starts, name="starts"),
    path("reach/map/", views.map_data, name="map"),
    path("reach/way/<uuid:outlet_id>/", views.way, name="way"),
    path("reach/tiles/<str:name>/<slug:mark>/<int:z>/<int:x>/<int:y>/", views.tile, name="tile"),
    path("reach/city/", planning.city, name="city"),
    path("reach/city/map/", planning.city_map, name="city_map"),
    path("reach/city/tiles/<str:name>/<slug:mark>/<int:z>/<int:x>/<int:y>/", planning.city_tile, name="city_tile"),
    path("reach/city/export/<slug:form>/", exporting.city_export, name="city_export"),
    path("reach/city/months/", months.months, name="months"),
    path("reach/city/months/export/<slug:form>/", months.months_export, name="months_export"),
    path("reach/city/<slug:code>/", planning.community, name="community"),
    path("reach/city/<slug:code>/<slug:category>/", planning.behind, name="behind"),
    path("reach/scenarios/", scenarios.scenarios, name="scenarios"),
    path("reach/scenarios/<uuid:scenario_id>/", scenarios.scenario, name="scenario"),
    path("reach/scenarios/<uuid:scenario_id>/close/<uuid:outlet_id>/", scenarios.close, name="scenario_close"),
    path("reach/scenarios/<uuid:scenario_id>/back/<int:change_id>/", scenarios.take_back, name="scenario_back"),
    path("reach/scenarios/<uuid:scenario_id>/drop/", scenarios.drop, name="scenario_drop"),
]
