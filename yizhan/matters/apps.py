from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "yizhan.matters"
    label = "matters"
    append_only = (
        "CaseStep",
        "Proposal",
        "Decision",
        "Supplement",
        "Delivery",
        "OfficeTurn",
        "Opinion",
        "Suspension",
        "ExtensionRequest",
        "ExtensionDenial",
        "CaseExtension",
        "NoticePeriod",
        "Lapse",
        "Sample",
        "SampleReview",
    )

    def ready(self) -> None:
        from yizhan.kernel.api import access, subjects
        from yizhan.matters import handlers, permissions
        from yizhan.matters.models import DELIVERY, TURN
        from yizhan.matters.queries import wording
        from yizhan.matters.queries.numbers import all_case_numbers
        from yizhan.matters.queries.subjects import CASE, CaseClockSubjects, CaseSubjects
        from yizhan.matters.web import ways_in
        from yizhan.search import api as search

        access.register(permissions.PERMISSIONS)
        access.register_scopes(permissions.SCOPES)
        subjects.register(CASE, CaseSubjects())
        subjects.register(TURN, CaseClockSubjects())
        subjects.register(DELIVERY, CaseClockSubjects())
        search.register(CASE, all_case_numbers)
        wording.register_notices()
        ways_in.register()
        handlers.register()
