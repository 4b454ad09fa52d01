"""Lines of a text file that may be plain or compressed, endless, or no text at all."""

import codecs
import gzip
import hashlib
import io
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Self

from apps.interchange.errors import UnusableFile

DEFAULT_ENCODING = "utf-8-sig"
_SAMPLE_BYTES = 64 * 1024
_BINARY = "It is binary, not text."
_GZIP_MAGIC = b"\x1f\x8b"
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
MOST_RECORD_CHARACTERS = 1024 * 1024
# Text in columns shrinks to a tenth, seldom to a fiftieth; a bomb to a thousandth.
_MOST_RATIO = 400
_FREE_CHARACTERS = 64 * 1024 * 1024


class BoundedLines:
    """Hands out lines, and no more of them between two `begin_record()` than a record may have.

    So neither a line without end nor a quotation that is never closed can fill the memory.
    Bytes that the encoding does not know become lone surrogates: their row is refused later.

    `beginning` names the file by its first bytes, `digest` what was read of it until now.
    `header` and `encoding` are how a file in the same layout is to be written.
    """

    header: tuple[str, ...] = ()

    def __init__(
        self,
        text: io.TextIOWrapper,
        *,
        beginning: str = "",
        tell: Callable[[], int] = lambda: 0,
    ) -> None:
        self._text = text
        self._room = MOST_RECORD_CHARACTERS
        self._count = 0
        self._characters = 0
        self._record: list[str] = []
        self._ahead: str | None = None
        self._read = hashlib.sha256()
        self.beginning = beginning
        self.encoding = text.encoding
        # How many bytes of the file were taken, compressed if it is; nought for a stream.
        self.tell = tell

    def begin_record(self) -> None:
        """This function will give the next record its full room."""
        self._room = MOST_RECORD_CHARACTERS
        self._record.clear()

    @property
    def record_text(self) -> str:
        """What was read of the present record."""
        return "".join(self._record)

    @property
    def digest(self) -> str:
        """The SHA-256 of everything that was read, as UTF-8."""
        return self._read.hexdigest()

    def look_ahead(self) -> str:
        """This function will return the next line, which stays the next one; "" at the end."""
        if self._ahead is None:
            self._ahead = next(self, "")
            self.begin_record()
        return self._ahead

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        if self._ahead:
            line, self._ahead = self._ahead, None
            return line
        try:
            line = self._text.readline(self._room + 1)
        except (OSError, EOFError, UnicodeError, zlib.error) as error:
            raise UnusableFile(f"Reading stopped after line {self._count}: {error}.") from error
        if not line:
            raise StopIteration
        self._count += 1
        self._require_bounds(line)
        self._read.update(line.encode(errors="surrogateescape"))
        self._record.append(line)
        return line

    def _require_bounds(self, line: str) -> None:
        self._room -= len(line)
        if self._room < 0:
            raise UnusableFile(
                f"Line {self._count} ends a record of more than {MOST_RECORD_CHARACTERS:,} "
                "characters: a quotation mark or a line end is missing, or it is no product file."
            )
        self._characters += len(line)
        taken = self.tell()
        if taken and self._characters > max(_FREE_CHARACTERS, taken * _MOST_RATIO):
            raise UnusableFile(f"It unpacks to more than {_MOST_RATIO} times its size.")


@contextmanager
def open_lines(file: str, *, encoding: str = DEFAULT_ENCODING) -> Iterator[BoundedLines]:
    """This function will open a file, `-` being standard input; gzip is known by its first bytes.

    Raises:
        UnusableFile: it is not there, not text, or not in the encoding.
    """
    if file == "-":
        yield bounded_lines(sys.stdin.buffer, encoding=encoding)
        return
    try:
        opened = Path(file).open("rb")  # noqa: SIM115 - closed below; only opening is tried here
    except OSError as error:
        raise UnusableFile(f"It cannot be opened: {error.strerror}.") from error
    with opened:
        yield bounded_lines(opened, encoding=encoding)


def bounded_lines(binary: BinaryIO, *, encoding: str = DEFAULT_ENCODING) -> BoundedLines:
    """This function will return the lines of a binary file after a look at its beginning.

    Raises:
        UnusableFile: its beginning is not text in this encoding.
    """
    head = _first_bytes(binary)
    buffered = _buffered(_Rejoined(head, binary))
    if buffered.peek(2).startswith(_GZIP_MAGIC):
        buffered = _buffered(gzip.GzipFile(fileobj=buffered))
    try:
        sample = buffered.peek(_SAMPLE_BYTES)[:_SAMPLE_BYTES]
        text = io.TextIOWrapper(buffered, encoding, errors="surrogateescape", newline="")
    except (OSError, EOFError, zlib.error) as error:
        raise UnusableFile(f"It is damaged: {error}.") from error
    except LookupError as error:
        raise UnusableFile(f"{encoding} is not a text encoding.") from error
    _require_text(sample, encoding=encoding)
    beginning = hashlib.sha256(head).hexdigest()
    return BoundedLines(text, beginning=beginning, tell=_teller(binary))


class _Rejoined(io.RawIOBase):
    """A file whose first bytes were read already."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        taken, self._head = self._head[: len(buffer)], self._head[len(buffer) :]
        taken = taken or getattr(self._rest, "read1", self._rest.read)(len(buffer))
        buffer[: len(taken)] = taken
        return len(taken)


def _first_bytes(binary: BinaryIO) -> bytes:
    """As many as name a file, however slowly they come."""
    head = b""
    while len(head) < _SAMPLE_BYTES and (more := binary.read(_SAMPLE_BYTES - len(head))):
        head += more
    return head


def _teller(binary: BinaryIO) -> Callable[[], int]:
    return binary.tell if binary.seekable() else lambda: 0


def _buffered(binary: io.RawIOBase | gzip.GzipFile) -> io.BufferedReader:
    return io.BufferedReader(binary, _SAMPLE_BYTES)  # type: ignore[arg-type]


def _require_text(sample: bytes, *, encoding: str) -> None:
    if not sample:
        raise UnusableFile("It is empty.")
    if sample.startswith(_UTF_16_MARKS) and "16" not in encoding:
        raise UnusableFile("It begins like UTF-16: name its encoding, utf-16.")
    try:
        # An incremental decoder, for the sample may end within a character.
        text = codecs.getincrementaldecoder(encoding)(errors="strict").decode(sample)
    except UnicodeDecodeError as error:
        if b"\x00" in sample:
            raise UnusableFile(_BINARY) from error
        raise UnusableFile(
            f"It is not {encoding}: byte {sample[error.start]:#04x} at position {error.start}. "
            "Name its encoding, such as cp1252."
        ) from error
    if "\x00" in text.partition("\n")[0]:
        raise UnusableFile(_BINARY)
