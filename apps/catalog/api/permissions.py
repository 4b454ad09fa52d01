"""The catalogue is public. Staff see what is not published too, and change it."""

from apps.accounts.scopes import Scope
from apps.core.access import anyone_more_for, holder_of

_READ = anyone_more_for(Scope.READ_CATALOG)
_WRITE = holder_of(Scope.WRITE_CATALOG)

CATALOG_ACCESS = {
    "list": _READ,
    "retrieve": _READ,
    "create": _WRITE,
    "partial_update": _WRITE,
    "destroy": _WRITE,
}
