"""Pictures that lie beside a product file."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from apps.interchange.errors import PictureNotLoaded

# Returns the bytes of the picture that a file names by a path; raises PictureNotLoaded.
PictureLoader = Callable[[str], bytes]


def pictures_beside(file: str) -> PictureLoader:
    """This function will return a loader of pictures from the folder of a file, and from no other.

    Standard input (`-`) has no folder: its paths are refused.
    """
    folder = None if file == "-" else Path(file).resolve().parent

    def load(path: str) -> bytes:
        if folder is None:
            raise PictureNotLoaded(f"{path} is beside no file: pictures need web addresses.")
        picture = (folder / path).resolve()
        if not picture.is_relative_to(folder):
            raise PictureNotLoaded(f"{path} is outside the folder of the file.")
        return _read(picture, called=path)

    return load


def _read(picture: Path, *, called: str) -> bytes:
    try:
        # A pipe would keep the import, and the rows it has locked, waiting for ever.
        if picture.is_fifo():
            raise PictureNotLoaded(f"{called} is a pipe.")
        if picture.stat().st_size > settings.IMAGE_MAX_BYTES:
            raise PictureNotLoaded(f"{called} has more than {settings.IMAGE_MAX_BYTES} bytes.")
        return picture.read_bytes()
    except OSError as error:
        raise PictureNotLoaded(f"{called} cannot be read: {error.strerror}.") from error
