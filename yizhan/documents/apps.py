from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "yizhan.documents"
    label = "documents"
    append_only = ("FileContent", "StoredFile", "SigningKey", "KeyEvent", "Document", "Revocation")

    def ready(self) -> None:
        from yizhan.documents.permissions import PERMISSIONS
        from yizhan.documents.queries import DOCUMENT, FILE, DocumentSubjects, FileSubjects
        from yizhan.documents.web import ways_in
        from yizhan.kernel.api import access, subjects

        access.register(PERMISSIONS)
        subjects.register(DOCUMENT, DocumentSubjects())
        subjects.register(FILE, FileSubjects())
        ways_in.register()
