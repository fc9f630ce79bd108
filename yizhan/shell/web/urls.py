"""Home and the machine room."""

from django.urls import path

from yizhan.shell.web import calendar, machine_room, search, views

app_name = "shell"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", search.search_page, name="search"),
    path("work/", views.work, name="work"),
    path("outbox/", machine_room.outbox_page, name="outbox"),
    path("outbox/<int:delivery_id>/rerun/", machine_room.rerun, name="rerun"),
    path("outbox/<int:delivery_id>/skip/", machine_room.skip, name="skip"),
    path("admin/calendar/", calendar.year_page, name="calendar"),
    path("admin/calendar/new/", calendar.enter, name="calendar_new"),
    path("admin/calendar/<int:notice_id>/", calendar.moves, name="calendar_moves"),
    path("audit/", machine_room.audit_page, name="audit"),
]
