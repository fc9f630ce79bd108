"""The door of documents: files handed in, documents printed and signed, and whether a document is genuine.

Revoking and keys: `revoke_document`, `GROUNDS`; `key_lines`, `rotate_key`, `declare_lost`, `published_revocations`.
Files: `store`, `open_file`, `files_of`, `file_limit`, `refuse_large`. Documents: `print_document`, `documents_of`,
`document_pdf`, `render_pictures`. Public: `verify`, `matches_original`, `published_keys`, `verification_url`.
Who may open a file or a document is asked of its subject.
"""

from yizhan.documents.queries import (
    DOCUMENT,
    FILE,
    DocumentView,
    FileView,
    KeyLine,
    OpenedFile,
    PublishedKey,
    documents_of,
    files_of,
    key_line,
    key_lines,
    published_keys,
    published_revocations,
)
from yizhan.documents.rules.grounds import GROUNDS, Ground, GroundWords
from yizhan.documents.services.printing import document_pdf, print_document, verification_url
from yizhan.documents.services.revoking import (
    AlreadyRevoked,
    DocumentNotRevocable,
    RevocationGroundMissing,
    revoke_document,
)
from yizhan.documents.services.signing import (
    KeyAlreadyLost,
    KeyNotFound,
    KeyReasonMissing,
    LostMomentRefused,
    declare_lost,
    new_signing_key,
    rotate_key,
)
from yizhan.documents.services.storing import (
    FileCarriesMore,
    FileDamaged,
    FileEmpty,
    FileRefused,
    FileTooLarge,
    FileTypeNotTaken,
    NewFile,
    PictureTooLarge,
    file_limit,
    open_file,
    refuse_large,
    store,
    store_each,
)
from yizhan.documents.services.typesetting import CharactersNotPrintable, refuse_unprintable, render_pictures
from yizhan.documents.services.verifying import Verdict, Verification, matches_original, verify

__all__ = [
    "DOCUMENT",
    "FILE",
    "GROUNDS",
    "AlreadyRevoked",
    "CharactersNotPrintable",
    "DocumentNotRevocable",
    "DocumentView",
    "FileCarriesMore",
    "FileDamaged",
    "FileEmpty",
    "FileRefused",
    "FileTooLarge",
    "FileTypeNotTaken",
    "FileView",
    "Ground",
    "GroundWords",
    "KeyAlreadyLost",
    "KeyLine",
    "KeyNotFound",
    "KeyReasonMissing",
    "LostMomentRefused",
    "NewFile",
    "OpenedFile",
    "PictureTooLarge",
    "PublishedKey",
    "RevocationGroundMissing",
    "Verdict",
    "Verification",
    "declare_lost",
    "document_pdf",
    "documents_of",
    "file_limit",
    "files_of",
    "key_line",
    "key_lines",
    "matches_original",
    "new_signing_key",
    "open_file",
    "print_document",
    "published_keys",
    "published_revocations",
    "refuse_large",
    "refuse_unprintable",
    "render_pictures",
    "revoke_document",
    "rotate_key",
    "store",
    "store_each",
    "verification_url",
    "verify",
]
