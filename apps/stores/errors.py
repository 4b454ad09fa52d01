from apps.core.errors import Conflict, Invalid


class StoreSlugTaken(Conflict):
    """The installation has a store by this name in addresses and commands."""

    code = "store_slug_taken"
    title = "There is such a store already"


class HostTaken(Conflict):
    """A host leads to one store."""

    code = "host_taken"
    title = "This host belongs to a store"


class StoreRefused(Invalid):
    """Such a store cannot be; `errors` name the fields."""

    code = "store_refused"
    title = "Such a store cannot be"
