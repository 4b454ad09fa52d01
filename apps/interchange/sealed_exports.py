"""Where the files of exports lie: sealed, packed, and under names that nobody can guess."""

import gzip
import os
import secrets
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from apps.core.sealed_files import SealedWriter, unsealed

_PART = ".part"
_PIECE = 1024 * 1024


@dataclass
class Filing:
    """A file that is being written. `keep` gives it its name; else it is gone in the end."""

    output: gzip.GzipFile
    part: Path
    file_name: str = ""
    size: int = 0

    def keep(self) -> None:
        """This function will say that all of it is written."""
        self.file_name = self.part.name.removesuffix(_PART)


@contextmanager
def filed(*, about: UUID) -> Iterator[Filing]:
    """This function will lend a new file to write to.

    Raises:
        OSError: it cannot be written. Nothing is left of it.
    """
    settings.EXPORTS_ROOT.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = settings.EXPORTS_ROOT / f"{secrets.token_urlsafe(32)}{_PART}"
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
            sealed = SealedWriter(raw, about=about.bytes)
            with gzip.GzipFile(fileobj=sealed, mode="wb", filename="", mtime=0) as packed:
                filing = Filing(output=packed, part=part)
                yield filing
            sealed.finish()
            raw.flush()
            os.fsync(raw.fileno())
            filing.size = raw.tell()
        if filing.file_name:
            part.replace(settings.EXPORTS_ROOT / filing.file_name)
    finally:
        part.unlink(missing_ok=True)


def opened(file_name: str, *, about: UUID) -> Iterator[bytes]:
    """This function will yield the text of a file, a piece at a time.

    Raises:
        FileNotFoundError: it is gone.
        Undecipherable: it is not what was written.
    """
    path: Path = settings.EXPORTS_ROOT / file_name
    path.stat()
    return _unpacked(path, about=about)


def _unpacked(path: Path, *, about: UUID) -> Iterator[bytes]:
    """Opened when it is read: whoever asks for the head alone holds nothing open."""
    packed = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    with path.open("rb") as raw:
        for block in unsealed(raw, about=about.bytes):
            rest = block
            while rest:
                yield packed.decompress(rest, _PIECE)
                rest = packed.unconsumed_tail
        yield packed.flush()


def removed(file_name: str) -> bool:
    """This function will take a file away, and tell whether it was there."""
    try:
        (settings.EXPORTS_ROOT / file_name).unlink()
    except FileNotFoundError:
        return False
    return True


def strays(*, known: Collection[str], before: datetime) -> Iterator[str]:
    """This function will name files that no export knows, and that nobody has written to since."""
    root: Path = settings.EXPORTS_ROOT
    for path in root.iterdir() if root.is_dir() else ():
        if path.name not in known and path.stat().st_mtime < before.timestamp():
            yield path.name
