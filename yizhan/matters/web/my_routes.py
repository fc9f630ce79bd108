from django.urls import URLPattern, path

from yizhan.matters.web import my

routes: list[URLPattern] = [
    path("cases/<uuid:case_id>/", my.case_for_whom, name="case"),
    path("my/cases/", my.mine, name="mine"),
    path("my/cases/<uuid:case_id>/", my.case, name="my_case"),
    path("my/cases/<uuid:case_id>/more/", my.more, name="my_more"),
    path("my/cases/<uuid:case_id>/supplement/", my.supplement, name="my_supplement"),
    path("my/cases/<uuid:case_id>/received/", my.received, name="my_received"),
    path("my/cases/<uuid:case_id>/withdraw/", my.withdraw, name="my_withdraw"),
]
