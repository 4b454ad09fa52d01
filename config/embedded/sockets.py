"""Where the sockets are: a private folder with a short name, for a socket's path has 107 bytes."""

import hashlib
import os
import re
import stat
import tempfile
from pathlib import Path

from config.embedded.errors import EmbeddedServerError

LONGEST = 107 - len("/.s.PGSQL.5432.lock")


def socket_path(home: Path) -> Path:
    """This function will return the socket folder that belongs to a server's home.

    Its name follows from the home alone, so that clients find a restarted server where it was.
    """
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    name = f"tradepost-{os.geteuid()}-{digest}"
    path = Path(tempfile.gettempdir()) / name
    if len(os.fsencode(path)) > LONGEST or not re.fullmatch(r"[\w./-]+", str(path)):
        return Path("/tmp") / name  # noqa: S108
    return path


def make_private(directory: Path) -> None:
    """This function will see to it that a folder is there and is this user's alone.

    Raises:
        EmbeddedServerError: something else has its name.
    """
    try:
        directory.mkdir(mode=0o700)
    except FileExistsError:
        found = directory.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise EmbeddedServerError(
                f"{directory} is not a folder of this user's, so no socket is put there. "
                "Remove it, or name another folder for temporary files in TMPDIR."
            ) from None
        directory.chmod(0o700)
