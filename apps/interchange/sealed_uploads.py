"""Files that staff send: sealed as they come in, so that none lies anywhere in clear."""

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from apps.core.ids import uuid7
from apps.interchange.sealed_exports import Filing, filed, opened, removed


@dataclass(frozen=True, kw_only=True)
class SealedUpload:
    """A file as it lies. `about` becomes the public id of its job; `size` is what was sent."""

    about: UUID
    file_name: str
    title: str
    size: int


class Sealing:
    """A file that comes in, piece by piece. Unless it is finished nothing of it is left."""

    def __init__(self) -> None:
        self.about = uuid7()
        self.size = 0
        self._stack = ExitStack()
        self._filing: Filing = self._stack.enter_context(filed(about=self.about))

    def write(self, piece: bytes) -> None:
        """This function will seal some more of it."""
        self._filing.output.write(piece)
        self.size += len(piece)

    def finish(self, *, title: str) -> SealedUpload:
        """This function will end the file, and tell where it lies."""
        self._stack.close()
        name = self._filing.file_name
        return SealedUpload(about=self.about, file_name=name, title=title, size=self.size)

    def give_up(self) -> None:
        """This function will leave nothing of it."""
        self._stack.__exit__(InterruptedError, InterruptedError(), None)


def dropped(upload: SealedUpload) -> None:
    """This function will take away a file of which nothing came."""
    removed(upload.file_name)


def refused_of(about: UUID) -> UUID:
    """This function will return what the file of refused rows is sealed under: not the upload's
    own id, so that neither passes for the other."""
    return uuid5(about, "refused")


class UnsealedFile(io.RawIOBase):
    """What was sent, as a binary file that is read from its beginning to its end.

    It tells of each piece: reading goes on for long where nothing is written.
    """

    def __init__(self, file_name: str, *, about: UUID, pulse: Callable[[int], Any]) -> None:
        self._pieces: Iterator[bytes] = opened(file_name, about=about)
        self._piece = memoryview(b"")
        self._taken = 0
        self._pulse = pulse

    def readable(self) -> bool:
        """This function will tell that it is for reading."""
        return True

    def seekable(self) -> bool:
        """This function will say yes so far as to be asked where it is; it moves forward alone."""
        return True

    def tell(self) -> int:
        """This function will return how many bytes were taken."""
        return self._taken

    def readinto(self, buffer: Any) -> int:
        """This function will hand out some more."""
        while not self._piece:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._piece = memoryview(piece)
        some = min(len(buffer), len(self._piece))
        buffer[:some] = self._piece[:some]
        self._piece = self._piece[some:]
        self._taken += some
        self._pulse(self._taken)
        return some
