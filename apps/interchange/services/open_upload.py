"""The records of a file that was sent."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from apps.interchange.errors import UnusableFile
from apps.interchange.formats.lines import BoundedLines, bounded_lines
from apps.interchange.kinds import KINDS, Import, Kind
from apps.interchange.models import ImportJob
from apps.interchange.queries import person_of
from apps.interchange.sealed_uploads import UnsealedFile
from apps.interchange.source import Source, source_of


@dataclass(frozen=True, kw_only=True)
class OpenUpload:
    """A file that is being read: what it holds, and the run it is read for."""

    kind: Kind
    run: Import
    lines: BoundedLines
    source: Source


@contextmanager
def open_upload(job: ImportJob, *, pulse: Callable[[int], Any]) -> Iterator[OpenUpload]:
    """This function will lend the records of the file of a job. Pictures beside it there are none.

    Raises:
        UnusableFile: it is gone, or nothing like what was said.
    """
    kind = KINDS[job.kind]
    try:
        raw = UnsealedFile(job.file_name, about=job.public_id, pulse=pulse)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise UnusableFile("It is gone: send it again.") from error
    with raw:
        lines = bounded_lines(raw, encoding=job.encoding)  # type: ignore[arg-type]
        run = Import(
            store=job.store, by=person_of(job.actor), now=timezone.now(), options=job.options
        )
        read = kind.formats[job.format]
        yield OpenUpload(
            kind=kind,
            run=run,
            lines=lines,
            source=source_of(
                lines, store=job.store, read=read, format_name=job.format, file_name=job.title
            ),
        )
