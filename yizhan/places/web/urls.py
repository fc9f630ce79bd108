from django.urls import path

from yizhan.places.web import entering, importing, listing, outlet, verifying

app_name = "places"
urlpatterns = [
    path("places/", listing.outlets, name="outlets"),
    path("places/export/<slug:form>/", listing.export, name="export"),
    path("places/map/", listing.map_data, name="map"),
    path("places/new/", entering.new, name="new"),
    path("places/import/", importing.upload, name="import"),
    path("places/import/<uuid:draft_id>/", importing.columns, name="import_columns"),
    path("places/import/<uuid:draft_id>/preview/", importing.preview, name="import_preview"),
    path("places/import/<uuid:draft_id>/refused.csv", importing.refused, name="import_refused"),
    path("places/<uuid:outlet_id>/", outlet.outlet, name="outlet"),
    path("places/<uuid:outlet_id>/change/", entering.change, name="change"),
    path("places/<uuid:outlet_id>/verify/", verifying.verify, name="verify"),
    path("places/<uuid:outlet_id>/closed/", outlet.closed, name="closed"),
    path("places/<uuid:outlet_id>/claim/", outlet.claim, name="claim"),
]
