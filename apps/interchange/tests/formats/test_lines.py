import gzip
import io
import time

import pytest

from apps.interchange.errors import UnusableFile
from apps.interchange.formats.lines import BoundedLines, bounded_lines, open_lines


class Endless(io.RawIOBase):
    """A file that begins somehow and then goes on without end, in one line."""

    def __init__(self, beginning: bytes) -> None:
        self._beginning = beginning
        self.read_bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:
        piece = (self._beginning + b"x" * len(buffer))[: len(buffer)]
        self._beginning = self._beginning[len(buffer) :]
        buffer[:] = piece
        self.read_bytes += len(piece)
        return len(piece)


def lines_of(data: bytes, *, encoding: str = "utf-8-sig") -> BoundedLines:
    return bounded_lines(io.BytesIO(data), encoding=encoding)


def refusal_of(data: bytes, *, encoding: str = "utf-8-sig") -> str:
    with pytest.raises(UnusableFile) as refused:
        for lines in lines_of(data, encoding=encoding):
            del lines
    return refused.value.detail


def test_reads_text_with_or_without_a_mark():
    assert list(lines_of(b"a\r\nb\n")) == ["a\r\n", "b\n"]
    assert list(lines_of(b"\xef\xbb\xbfa\n")) == ["a\n"]


def test_reads_a_compressed_file_whatever_its_name(tmp_path):
    file = tmp_path / "products.csv"
    file.write_bytes(gzip.compress(b"a\nb\n"))
    with open_lines(str(file)) as lines:
        assert list(lines) == ["a\n", "b\n"]


def test_reads_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"a\nb\n")))
    with open_lines("-") as lines:
        assert list(lines) == ["a\n", "b\n"]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8"])
def test_reads_the_encoding_it_is_told(encoding):
    assert list(lines_of("Café\n".encode(encoding), encoding=encoding)) == ["Café\n"]


def test_a_character_cut_by_the_sample_is_no_fault():
    data = b"x" * (64 * 1024 - 1) + "é\n".encode()
    assert len(list(lines_of(data))) == 1


def test_refuses_a_file_that_is_not_there(tmp_path):
    with (
        pytest.raises(UnusableFile, match=r"It cannot be opened: No such file"),
        open_lines(str(tmp_path / "nowhere.csv")),
    ):
        pass


def test_refuses_what_is_no_text():
    assert refusal_of(b"") == "It is empty."
    assert refusal_of(b"PK\x03\x04\x00\x00" + b"a" * 100) == "It is binary, not text."
    assert refusal_of(b"\x89PNG\r\n\x1a\n\x00") == "It is binary, not text."


def test_refuses_another_encoding_than_it_is_told():
    assert refusal_of("Café\n".encode("cp1252")) == (
        "It is not utf-8-sig: byte 0xe9 at position 3. Name its encoding, such as cp1252."
    )
    assert refusal_of("Handle\n".encode("utf-16")) == (
        "It begins like UTF-16: name its encoding, utf-16."
    )
    assert refusal_of(b"a\n", encoding="klingon") == "klingon is not a text encoding."


def test_refuses_a_damaged_compressed_file():
    whole = gzip.compress(b"a,b\n" * 100_000)
    assert refusal_of(whole[:-20]).startswith("Reading stopped after line ")
    assert refusal_of(whole[:12] + b"\x00" * 50).startswith("It is damaged: ")


def test_refuses_a_line_without_end_at_once():
    endless = Endless(b"Handle,Title\n")
    started = time.monotonic()
    lines = bounded_lines(endless)
    assert next(lines) == "Handle,Title\n"
    lines.begin_record()
    with pytest.raises(UnusableFile) as refused:
        next(lines)
    assert refused.value.detail.startswith("Line 2 ends a record of more than 1,048,576 characters")
    assert endless.read_bytes < 2_000_000
    assert time.monotonic() - started < 2


def test_refuses_a_record_that_goes_on_over_too_many_lines():
    lines = lines_of(b"x" * 99 + b"\n" * 1 + (b"y" * 1023 + b"\n") * 2000)
    with pytest.raises(UnusableFile, match="Line 1025 ends a record"):
        list(lines)
