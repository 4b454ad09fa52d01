"""Where the files of exports lie: sealed, packed, and under names that nobody can guess."""

import gzip
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
from apps.interchange.export_files import whole_file

_PIECE = 1024 * 1024


@dataclass
class Filing:
    """A file that is being written. Its size is known when it is whole."""

    output: gzip.GzipFile
    file_name: str
    size: int = 0


@contextmanager
def filed(*, about: UUID) -> Iterator[Filing]:
    """This function will lend a new file to write to. When the block raises nothing is left of it.

    Raises:
        OSError: it cannot be written.
    """
    settings.EXPORTS_ROOT.mkdir(mode=0o700, parents=True, exist_ok=True)
    file_name = secrets.token_urlsafe(32)
    with whole_file(settings.EXPORTS_ROOT / file_name) as raw:
        sealed = SealedWriter(raw, about=about.bytes)
        with gzip.GzipFile(fileobj=sealed, mode="wb", filename="", mtime=0) as packed:
            filing = Filing(output=packed, file_name=file_name)
            yield filing
        sealed.finish()
        filing.size = raw.tell()


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
