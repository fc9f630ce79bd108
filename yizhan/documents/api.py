"""The door of documents: files handed in, documents printed and signed, and whether a document is genuine.

Files: `store`, `open_file`, `files_of`, `file_limit`, `refuse_large`. Documents: `print_document`, `documents_of`,
`document_pdf`, `render_pictures`. Public: `verify`, `matches_original`, `published_keys`, `verification_url`.
Who may open a file or a document is asked of its subject.
"""

from yizhan.documents.queries import (
    DOCUMENT,
    FILE,
    DocumentView,
    FileView,
    OpenedFile,
    PublishedKey,
    documents_of,
    files_of,
    published_keys,
)
from yizhan.documents.services.printing import document_pdf, print_document, verification_url
from yizhan.documents.services.signing import new_signing_key
from yizhan.documents.services.storing import (
    FileCarriesMore,
    FileDamaged,
    FileEmpty,
    FileRefused,
    FileTooLarge,
    FileTypeNotTaken,
    PictureTooLarge,
    file_limit,
    open_file,
    refuse_large,
    store,
)
from yizhan.documents.services.typesetting import CharactersNotPrintable, refuse_unprintable, render_pictures
from yizhan.documents.services.verifying import Verdict, Verification, matches_original, verify

__all__ = [
    "DOCUMENT",
    "FILE",
    "CharactersNotPrintable",
    "DocumentView",
    "FileCarriesMore",
    "FileDamaged",
    "FileEmpty",
    "FileRefused",
    "FileTooLarge",
    "FileTypeNotTaken",
    "FileView",
    "OpenedFile",
    "PictureTooLarge",
    "PublishedKey",
    "Verdict",
    "Verification",
    "document_pdf",
    "documents_of",
    "file_limit",
    "files_of",
    "matches_original",
    "new_signing_key",
    "open_file",
    "print_document",
    "published_keys",
    "refuse_large",
    "refuse_unprintable",
    "render_pictures",
    "store",
    "verification_url",
    "verify",
]
