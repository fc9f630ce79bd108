from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "yizhan.people"
    label = "people"
    append_only = ("VerifiedAttribute", "LevelCheck", "RecordRead", "Delegation", "DelegationEnd")

    def ready(self) -> None:
        from yizhan.kernel.api import access, subjects
        from yizhan.people import permissions
        from yizhan.people.queries import subject_resolvers
        from yizhan.people.web import ways_in

        access.register(permissions.PERMISSIONS)
        subjects.register("people.account", subject_resolvers.AccountSubjects())
        subjects.register("people.resident", subject_resolvers.ResidentSubjects())
        subjects.register("people.organisation", subject_resolvers.OrganisationSubjects())
        subjects.register("people.client", subject_resolvers.ClientSubjects())
        subjects.register("people.staff", subject_resolvers.StaffSubjects())
        ways_in.register()
