"""What can go wrong with orders that were placed elsewhere."""

from apps.core.errors import Conflict


class OrderImportedAlready(Conflict):
    """The store knows an order, or a return, by this number of that shop."""

    code = "order_imported_already"
    title = "It was imported before"


class OrderTouched(Conflict):
    """Somebody has worked on an order since it was imported."""

    code = "order_touched"
    title = "The order was changed since it was imported"


class OrderIsPast(Conflict):
    """What was sold and paid elsewhere is taken back there, and not here."""

    code = "order_was_imported"
    title = "The order was placed elsewhere"
