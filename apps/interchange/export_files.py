"""Files that are there whole or not at all."""

import gzip
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from apps.interchange.errors import ExportNotWritten


@contextmanager
def open_export(file: str) -> Iterator[IO[bytes]]:
    """This function will lend a file to write to, which gets its name when all went well.

    Only its owner may read it, for it may tell who the customers are. `-` is standard output, which
    takes what there is.

    Raises:
        ExportNotWritten: the disk is full, the folder is missing, or the reader has gone.
    """
    try:
        if file == "-":
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
            return
        with whole_file(Path(file)) as raw:
            if file.endswith(".gz"):
                # No time and no name in it: the same rows are the same bytes.
                with gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0) as packed:
                    yield packed  # type: ignore[misc]
            else:
                yield raw
    except OSError as error:
        raise ExportNotWritten(f"{file} could not be written: {error.strerror}.") from error


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """This function will lend a file to write to, which only its owner may read, and which gets its
    name when the block has ended without an error: else nothing is left of it.

    Raises:
        OSError: it cannot be written.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
            yield raw
            raw.flush()
            os.fsync(raw.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
