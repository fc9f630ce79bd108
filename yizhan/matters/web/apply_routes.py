"""Filing online. `/my/apply/<code>/` begins; a draft has an address of its own."""

from django.urls import URLPattern, path

from yizhan.matters.web import apply

routes: list[URLPattern] = [
    path("my/apply/<slug:code>/", apply.begin, name="apply"),
    path("my/apply/draft/<uuid:case_id>/", apply.go_on, name="apply_draft"),
    path("my/apply/draft/<uuid:case_id>/save/", apply.save, name="apply_save"),
    path("my/apply/draft/<uuid:case_id>/review/", apply.review, name="apply_review"),
    path("my/apply/draft/<uuid:case_id>/discard/", apply.discard, name="apply_discard"),
    path("my/apply/draft/<uuid:case_id>/done/", apply.done, name="apply_done"),
    path("my/apply/draft/<uuid:case_id>/<slug:step_id>/", apply.step, name="apply_step"),
]
