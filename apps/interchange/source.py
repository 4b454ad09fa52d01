"""Where the records of an import come from, taken in steps."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from apps.interchange.errors import UnusableFile
from apps.interchange.formats.lines import BoundedLines
from apps.interchange.kinds import Importable, Reader
from apps.stores.models import Store

STEP = 200


@dataclass(frozen=True, kw_only=True)
class Source:
    """Records and what they are known by. What is no file has neither beginning nor digest."""

    records: Iterable[Importable]
    format_name: str = ""
    file_name: str = ""
    beginning: str = ""
    digest: Callable[[], str] = str
    # What its columns are called, once a record was read, and how its text is encoded.
    header: Callable[[], tuple[str, ...]] = tuple
    encoding: str = ""


def source_of(
    lines: BoundedLines, *, store: Store, read: Reader, format_name: str, file_name: str
) -> Source:
    """This function will return the records of a file."""
    return Source(
        records=read(lines, store),
        format_name=format_name,
        file_name=file_name,
        beginning=lines.beginning,
        digest=lambda: lines.digest,
        header=lambda: lines.header,
        encoding=lines.encoding,
    )


def in_steps(
    records: Iterable[Importable], *, digest: Callable[[], str]
) -> Iterator[tuple[list[Importable], str]]:
    """This function will yield some two hundred records at a time, and what was read until then.

    Where a file breaks off, the records before the break are a step.

    Raises:
        UnusableFile: the file breaks off.
    """
    step: list[Importable] = []
    read = ""
    try:
        for record in records:
            step.append(record)
            read = digest()
            if len(step) == STEP:
                yield step, read
                step = []
    except UnusableFile:
        if step:
            yield step, read
        raise
    if step:
        yield step, read
