from django.urls import path

from yizhan.documents.web import keeping, retention, views

app_name = "documents"
urlpatterns = [
    path("verify/", views.verify_form, name="verify-form"),
    path("verify/keys.json", views.keys, name="keys"),
    path("verify/revoked.json", views.revoked, name="revoked"),
    path("verify/<str:code>/", views.verify_code, name="verify"),
    path("admin/keys/", keeping.keys, name="keys-kept"),
    path("admin/keys/<slug:kid>/rotate/", keeping.rotate, name="key-rotate"),
    path("admin/keys/<slug:kid>/lost/", keeping.lost, name="key-lost"),
    path("admin/retention/", retention.table, name="retention"),
    path("admin/retention/due/", retention.due, name="disposals"),
    path("admin/retention/propose/", retention.propose, name="disposal-propose"),
    path("admin/retention/<uuid:disposal_id>/answer/", retention.answer, name="disposal-answer"),
    path("documents/files/<uuid:file_id>/", views.file, name="file"),
    path("documents/<uuid:document_id>/", views.document, name="document"),
]
