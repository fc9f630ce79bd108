"""The desk: 接件, 我收的办件, 出件. Nothing of a person is ever in an address."""

from django.urls import URLPattern, path

from yizhan.matters.web import delivery, desk, desk_cases

routes: list[URLPattern] = [
    path("desk/", desk.desk, name="desk"),
    path("desk/near/", desk.near, name="desk_near"),
    path("desk/near/<uuid:resident_id>/", desk.open_near, name="desk_open_near"),
    path("desk/leave/", desk.leave, name="desk_leave"),
    path("desk/reveal/", desk.reveal, name="desk_reveal"),
    path("desk/intake/", desk.items, name="desk_items"),
    path("desk/intake/<slug:code>/", desk.intake, name="desk_intake"),
    path("desk/done/<uuid:case_id>/", desk.done, name="desk_done"),
    path("desk/print/<uuid:case_id>/<slug:kind>/", desk.paper, name="desk_paper"),
    path("desk/cases/", desk_cases.cases, name="desk_cases"),
    path("desk/cases/<uuid:case_id>/", desk_cases.case, name="desk_case"),
    path("desk/deliver/", delivery.pick_up, name="pick_up"),
    path("desk/supplement/<uuid:case_id>/", delivery.supplement, name="desk_supplement"),
    path("desk/withdraw/<uuid:case_id>/", delivery.withdraw, name="desk_withdraw"),
    path("desk/deliver/<uuid:case_id>/", delivery.deliver, name="deliver"),
]
