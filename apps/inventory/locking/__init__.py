"""How stock rows are kept still while somebody decides. `settings.INVENTORY_LOCKING` chooses."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from apps.inventory.locking.strategies import (
    LockingStrategy,
    Take,
    by_redis_and_row,
    by_row,
    optimistically,
)

_STRATEGIES: dict[str, LockingStrategy] = {
    "row": by_row,
    "row+redis": by_redis_and_row,
    "optimistic": optimistically,
}


def chosen_strategy() -> LockingStrategy:
    """This function will return the strategy that the settings name.

    Raises:
        ImproperlyConfigured: there is no such strategy.
    """
    try:
        return _STRATEGIES[settings.INVENTORY_LOCKING]
    except KeyError:
        raise ImproperlyConfigured(
            f"INVENTORY_LOCKING is {settings.INVENTORY_LOCKING!r}; set it to one of "
            f"{', '.join(_STRATEGIES)}."
        ) from None


__all__ = ["LockingStrategy", "Take", "chosen_strategy"]
