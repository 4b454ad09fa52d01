"""What a keeper tells its clients: where its server answers.

The keeper holds a lock on the file for as long as the server answers, so that what a killed keeper
left behind is never believed.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from config.embedded.locks import open_private, take

NAME = "state.json"


class State(NamedTuple):
    """A server that answers."""

    keeper: int
    endpoint: dict[str, Any]


def read_state(home: Path) -> State | None:
    """This function will return where the server answers, or nothing while it does not."""
    try:
        with (home / NAME).open("rb") as file:
            return None if take(file, exclusive=False) else State(**json.load(file))
    except FileNotFoundError:
        return None


@contextmanager
def announced(endpoint: dict[str, Any], *, home: Path) -> Iterator[None]:
    """This function will let clients see an endpoint for as long as the block runs."""
    draft = home / f"{NAME}.new"
    with open_private(draft, "wb") as file:
        file.write(json.dumps(State(os.getpid(), endpoint)._asdict()).encode())
        file.flush()
        take(file, exclusive=True)
        draft.replace(home / NAME)
        try:
            yield
        finally:
            (home / NAME).unlink(missing_ok=True)
