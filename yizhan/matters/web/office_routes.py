from django.urls import URLPattern, path

from yizhan.matters.web import assigning, extending, office, office_course

routes: list[URLPattern] = [
    path("office/", office.queue, name="office"),
    path("office/assign/", assigning.assign, name="office_assign"),
    path("office/export.csv", assigning.export, name="office_export"),
    path("office/done/", office.done, name="office_done"),
    path("office/cases/<uuid:case_id>/", office.case, name="office_case"),
    path("office/cases/<uuid:case_id>/take-up/", office.take_up, name="office_take_up"),
    path("office/cases/<uuid:case_id>/finding/", office.find, name="office_find"),
    path("office/cases/<uuid:case_id>/ask/", office.ask, name="office_ask"),
    path("office/cases/<uuid:case_id>/papers/", office.receive, name="office_receive"),
    path("office/cases/<uuid:case_id>/propose/", office.propose, name="office_propose"),
    path("office/cases/<uuid:case_id>/sign/", office.sign, name="office_sign"),
    path("office/cases/<uuid:case_id>/return/", office.give_back, name="office_return"),
    path("office/cases/<uuid:case_id>/course/<slug:name>/", office_course.act, name="office_act"),
    path("office/extensions/", extending.requests, name="extensions"),
    path("office/extensions/<uuid:request_id>/", extending.answer, name="extension"),
    path("office/checks/", office_course.checks, name="office_checks"),
]
