from django.urls import path

from yizhan.notices.web import live, views

app_name = "notices"
urlpatterns = [
    path("live/", live.stream, name="live"),
    path("notices/", views.inbox, name="inbox"),
    path("notices/read/", views.read_all, name="read-all"),
    path("notices/<uuid:notice_id>/", views.notice, name="notice"),
    path("notices/<uuid:notice_id>/read/", views.read, name="read"),
]
