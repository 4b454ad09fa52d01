"""How a file to be imported comes in: sealed piece by piece, and no further than it may be long."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldBooleanSwitchWidget,
)

from apps.core.access import holds
from apps.interchange.kinds import KINDS, Kind
from apps.interchange.sealed_uploads import SealedUpload, Sealing, dropped
from apps.interchange.services.plan_history import CREATE_MISSING

_ENCODINGS = [
    ("utf-8-sig", "UTF-8"),
    ("cp1252", "Windows (Western Europe, cp1252)"),
    ("latin-1", "ISO 8859-1"),
    ("utf-16", "UTF-16"),
]


def kinds_for(user: Any) -> list[Kind]:
    """This function will return what somebody may import: that of which they hold all scopes."""
    return [
        kind
        for kind in KINDS.values()
        if not kind.has_own_page and all(holds(user, one) for one in kind.scopes)
    ]


def most_bytes() -> str:
    """This function will tell how large a file may be."""
    return f"{settings.IMPORT_MAX_BYTES / (1024 * 1024):,.3g} MB"


class ReceivedFile(UploadedFile):
    """A file that has come in, and lies sealed."""

    def __init__(self, upload: SealedUpload) -> None:
        super().__init__(file=None, name=upload.title or "file", size=upload.size)
        self.upload = upload


class SealingHandler(FileUploadHandler):
    """Takes the first file of a request, and of that no more than is allowed."""

    chunk_size = 256 * 1024

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.is_too_large = False
        self.received: SealedUpload | None = None
        self._sealing: Sealing | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """This function will begin with a file; a second one is passed over."""
        super().new_file(*args, **kwargs)
        if self.received is not None or self.is_too_large:
            raise SkipFile
        self._sealing = Sealing()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """This function will seal a piece."""
        if self._sealing is None:
            return
        if start + len(raw_data) > settings.IMPORT_MAX_BYTES:
            self.is_too_large = True
            self._give_up()
            raise SkipFile
        self._sealing.write(raw_data)

    def file_complete(self, file_size: int) -> ReceivedFile | None:
        """This function will end the file."""
        if self._sealing is None:
            return None
        self.received = self._sealing.finish(title=self.file_name or "")
        self._sealing = None
        return ReceivedFile(self.received)

    def upload_interrupted(self) -> None:
        """This function will leave nothing of a file that broke off."""
        self._give_up()

    def drop(self) -> None:
        """This function will take away what has come in: nothing came of it."""
        self._give_up()
        if self.received is not None:
            dropped(self.received)

    def _give_up(self) -> None:
        if self._sealing is not None:
            self._sealing.give_up()
            self._sealing = None


class UploadForm(forms.Form):
    """What is in the file, and the file."""

    what = forms.ChoiceField(
        label="What it holds",
        widget=UnfoldAdminSelectWidget,
        help_text="The kind of its records, and whose layout they are in.",
    )
    file = forms.FileField(
        widget=UnfoldAdminFileFieldWidget, help_text="CSV or lines of JSON, plain or gzip."
    )
    encoding = forms.ChoiceField(
        choices=_ENCODINGS, initial="utf-8-sig", widget=UnfoldAdminSelectWidget
    )
    create_missing = forms.BooleanField(
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        label="Make products of unknown SKUs",
        help_text="Of past orders only. The public does not see these products.",
    )

    def __init__(
        self, *args: Any, user: Any, handler: SealingHandler | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._handler = handler
        what: Any = self.fields["what"]
        what.choices = [
            (f"{kind.name}/{name}", f"{kind.name.capitalize()}, {name}")
            for kind in kinds_for(user)
            for name in kind.formats
        ]
        self.fields["file"].help_text += f" At most {most_bytes()}."

    def full_clean(self) -> None:
        """This function will have a file that is too large called so, not missing."""
        super().full_clean()
        if self.is_bound and self._handler is not None and self._handler.is_too_large:
            self._errors.pop("file", None)
            self.add_error("file", f"It has more than {most_bytes()}. Send it packed, or in parts.")

    def details(self) -> dict[str, Any]:
        """This function will return what was asked for, in the words of the service."""
        kind, _, format_name = self.cleaned_data["what"].partition("/")
        is_history = kind == "orders" and self.cleaned_data["create_missing"]
        return {
            "kind": KINDS[kind],
            "format_name": format_name,
            "encoding": self.cleaned_data["encoding"],
            "upload": self.cleaned_data["file"].upload,
            "options": {CREATE_MISSING: True} if is_history else {},
        }
