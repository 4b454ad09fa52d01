"""Bringing everything under the first key of the ring."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connections, transaction

from apps.backoffice.encrypted_columns import encrypted_columns
from apps.core.column_rewriting import Columns, Page
from apps.core.encryption import current_key_id, decrypt, encrypt
from apps.core.transactions import forbids_transaction

ROUNDS = 5

# Triggers of tables that only grow let an encrypted column be written anew while this holds: until
# the transaction ends.
_ROTATING = "SELECT set_config('tradepost.rotates_keys', 'on', true)"


@dataclass(frozen=True, kw_only=True)
class Rotated:
    """What became of a table: how many rows were written anew, how many are still to be."""

    table: str
    done: int
    left: int


@forbids_transaction
def rotate_encryption_keys(
    *,
    tell: Callable[[Rotated], None] = lambda _: None,
    rounds: int = ROUNDS,
    pause: float = 1.0,
) -> list[Rotated]:
    """This function will encrypt anew whatever is not under the first key of the ring.

    It works page by page, each page a transaction. Rows that somebody else has locked are passed
    over and tried again in the next of the `rounds`, which are `pause` seconds apart. It can be
    stopped at any moment and started again, any number of times at once. Versions stay as they are
    and nothing is announced: nobody has changed anything. Each table's outcome is told of once.

    Raises:
        Undecipherable: a text is under a key that is not in the ring.
    """
    outcome = []
    for columns in encrypted_columns():
        rotated = _rotate(columns, rounds=rounds, pause=pause)
        tell(rotated)
        outcome.append(rotated)
    return outcome


def count_rows_to_rotate() -> list[Rotated]:
    """This function will count what a rotation would write anew."""
    return [
        Rotated(table=columns.table, done=0, left=_left(columns)) for columns in encrypted_columns()
    ]


def _rotate(columns: Columns, *, rounds: int, pause: float) -> Rotated:
    done, left = 0, 0
    for attempt in range(rounds):
        done += sum(_rotate_page(page) for page in columns.pages())
        left = _left(columns)
        if not left:
            break
        if attempt < rounds - 1:
            time.sleep(pause)
    return Rotated(table=columns.table, done=done, left=left)


def _rotate_page(page: Page) -> int:
    using = page.columns.using
    with transaction.atomic(using=using):
        with connections[using].cursor() as cursor:
            cursor.execute(_ROTATING)
        return page.rewrite(_anew, unlike=_current(), skip_locked=True)


def _left(columns: Columns) -> int:
    return sum(page.count(unlike=_current()) for page in columns.pages())


def _anew(text: str) -> str:
    return encrypt(decrypt(text))


def _current() -> str:
    return f"{current_key_id()}$%"
