"""Row locks that are really taken, in one order."""

from typing import TypeVar

from django.db import models

from apps.core.transactions import require_transaction

M = TypeVar("M", bound=models.Model)


class LockingQuerySet(models.QuerySet[M]):
    """A QuerySet whose `locked()` is the only way to lock rows in Tradepost."""

    def locked(self, *, skip_locked: bool = False, of: tuple[str, ...] = ("self",)) -> list[M]:
        """This function will lock the rows in primary-key order and return them as they now are.

        It is evaluated at once: a lazy lock locks nothing. `FOR NO KEY UPDATE`, because keys never
        change and rows that refer to these may be inserted meanwhile. Read state from the returned
        objects, not from copies read before. `of` may name related rows that were selected along;
        each row and its relations are locked in that order, so write it top-down.

        Raises:
            TransactionRequired: there is no transaction to hold the locks.
        """
        require_transaction("locked()", using=self.db)
        rows = self.order_by("pk").select_for_update(of=of, no_key=True, skip_locked=skip_locked)
        return list(rows)
