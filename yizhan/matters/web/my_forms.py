"""Forms of one's own cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from yizhan.documents import api as documents
from yizhan.look.api import AccessibleForm
from yizhan.matters import api as matters

TAKEN = "image/jpeg,image/png,application/pdf"


class SupplementForm(AccessibleForm):
    """One photograph or PDF for each material that was asked for; it is asked once, so all of them."""

    def __init__(self, *args: Any, papers: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for material_id, name in papers.items():
            field = forms.FileField(
                label=name,
                help_text=_("拍一张照片，或选一个 PDF，不超过 {limit} MB").format(
                    limit=documents.file_limit() // 1024 // 1024
                ),
                widget=forms.FileInput(attrs={"accept": TAKEN}),
            )
            self.fields[material_id] = field
            self._speak_plainly(field, name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for material_id, upload in list(cleaned.items()):
            try:
                documents.refuse_large(upload.size)
            except documents.FileRefused as refusal:
                self.add_error(material_id, refusal.text)
        return cleaned

    def handed_in(self) -> list[matters.HandedIn]:
        """Reads the files: only of a valid form."""
        return [_handed_in(material_id, upload) for material_id, upload in self.cleaned_data.items()]


def _handed_in(material_id: str, upload: UploadedFile[bytes]) -> matters.HandedIn:
    return matters.HandedIn(
        material_id=material_id, status="uploaded", content=upload.read(), file_name=upload.name or ""
    )
