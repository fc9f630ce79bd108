from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "yizhan.documents"
    label = "documents"
    append_only = (
        "FileContent",
        "StoredFile",
        "SigningKey",
        "KeyEvent",
        "Document",
        "Revocation",
        "Keeping",
        "Disposal",
        "DisposalAnswer",
        "Erasure",
    )

    def ready(self) -> None:
        from yizhan.documents.permissions import PERMISSIONS
        from yizhan.documents.queries import DOCUMENT, FILE, DocumentSubjects, FileSubjects
        from yizhan.documents.services import keeping
        from yizhan.documents.web import ways_in
        from yizhan.kernel.api import access, subjects, timers

        access.register(PERMISSIONS)
        subjects.register(DOCUMENT, DocumentSubjects())
        subjects.register(FILE, FileSubjects())
        keeping.register_sweeps_below()
        timers.on(keeping.TIMER, keeping.when_night_comes)
        ways_in.register()
