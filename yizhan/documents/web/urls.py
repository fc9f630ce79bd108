from django.urls import path

from yizhan.documents.web import views

app_name = "documents"
urlpatterns = [
    path("verify/", views.verify_form, name="verify-form"),
    path("verify/keys.json", views.keys, name="keys"),
    path("verify/<str:code>/", views.verify_code, name="verify"),
    path("documents/files/<uuid:file_id>/", views.file, name="file"),
    path("documents/<uuid:document_id>/", views.document, name="document"),
]
