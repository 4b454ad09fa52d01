"""Files that only holders of a key can read, written and read as streams.

One encrypted text a line (`core.encryption`). Each holds what the file is about, its place and
whether it is the last: a line that was moved, left out, cut off or taken from another file is
noticed.
"""

import io
import struct
from collections.abc import Iterator
from typing import IO

from apps.core.encryption import Undecipherable, decrypt_bytes, encrypt_bytes

_HEAD = struct.Struct(">16sQ?")
_BLOCK = 128 * 1024


class SealedWriter(io.RawIOBase):
    """Writes to a binary file what `unsealed` reads. `about`: 16 bytes that name the file.

    A file that was not closed is no whole file: nobody can take it for one.
    """

    def __init__(self, raw: IO[bytes], *, about: bytes) -> None:
        super().__init__()
        self._raw, self._about = raw, about
        self._waiting = bytearray()
        self._place = 0

    def writable(self) -> bool:
        """This function will tell that it is for writing."""
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]
        """This function will take some more of the file."""
        self._waiting += content
        while len(self._waiting) > _BLOCK:
            self._seal(bytes(self._waiting[:_BLOCK]), is_last=False)
            del self._waiting[:_BLOCK]
        return len(content)

    def finish(self) -> None:
        """This function will write what is left, and that it is the end."""
        self._seal(bytes(self._waiting), is_last=True)
        self._waiting.clear()

    def _seal(self, content: bytes, *, is_last: bool) -> None:
        head = _HEAD.pack(self._about, self._place, is_last)
        self._raw.write(encrypt_bytes(head + content) + b"\n")
        self._place += 1


def unsealed(raw: IO[bytes], *, about: bytes) -> Iterator[bytes]:
    """This function will yield the content of a sealed file, a block at a time.

    Raises:
        Undecipherable: it is not the file, it is not whole, or its key is not in the ring.
    """
    is_last = False
    for place, line in enumerate(raw):
        content = decrypt_bytes(line.rstrip(b"\n"))
        if len(content) < _HEAD.size:
            raise Undecipherable("It is no sealed file.")
        found_about, found_place, was_last = _HEAD.unpack_from(content)
        if (found_about, found_place, is_last) != (about, place, False):
            raise Undecipherable("It is not the file it should be, or not in its order.")
        is_last = was_last
        yield content[_HEAD.size :]
    if not is_last:
        raise Undecipherable("Its end is missing.")
