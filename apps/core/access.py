"""Who may call what: every view declares it, in the words of one vocabulary of scopes.

class ShipmentViewSet(...):
    access = {"list": owner_or("read_orders"), "create": holder_of("fulfil_orders")}

The names are a viewset's actions, or an `APIView`'s methods in lower case. The vocabulary itself is
`apps.accounts.scopes`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.core.errors import Forbidden


class MissingScope(Forbidden):
    """You are known, and lack the right to this; `scope` names it."""

    code = "missing_scope"
    title = "This needs a scope you do not have"

    def __init__(self, scope: str) -> None:
        super().__init__(f"It takes the scope {scope}.", scope=scope)


class PersonRequired(Forbidden):
    """An API key belongs to nobody: it has no cart, no orders and no address book."""

    code = "person_required"
    title = "This is for people, not for API keys"


@dataclass(frozen=True)
class Access:
    """What a caller must be: nobody in particular, a person, or a holder of a scope.

    `anyone` with `people` is for guests and people; with `scope`, whoever holds it sees more.
    """

    anyone: bool = False
    people: bool = False
    scope: str = ""

    def allows(self, caller: Any) -> bool:
        """This function will tell whether a caller may go on; strangers are asked to log in.

        Raises:
            MissingScope: the caller is known and lacks the scope.
            PersonRequired: it is for people, and the caller is an API key.
        """
        if self.anyone and not self.people:
            return True
        if not caller.is_authenticated:
            return self.anyone
        if self.scope and caller.has_scope(self.scope):
            return True
        if self.people and caller.is_person:
            return True
        raise MissingScope(self.scope) if self.scope else PersonRequired()


ANYONE = Access(anyone=True)
# A person, concerned with what is theirs: the view narrows its rows to them.
PERSON = Access(people=True)
# Somebody who shops, known or not: a guest's cart is known by its token.
SHOPPER = Access(anyone=True, people=True)


def anyone_more_for(scope: str) -> Access:
    """This function will let everybody in; the view shows more to holders of a scope."""
    return Access(anyone=True, scope=scope)


def holder_of(scope: str) -> Access:
    """This function will demand a scope, of a person or an API key."""
    return Access(scope=scope)


def owner_or(scope: str) -> Access:
    """This function will let people act on what is theirs, and holders of a scope on the store's.

    The view's `get_queryset` must do the narrowing: `caller.has_scope(scope)` tells which it is.
    """
    return Access(people=True, scope=scope)


def holds(caller: Any, scope: str) -> bool:
    """This function will tell whether a caller, who may be a stranger, holds a scope."""
    return bool(caller.is_authenticated and caller.has_scope(scope))


def declared_access(view: Any, method: str) -> Access | None:
    """This function will return what a view declares for the way it is called."""
    declared: Mapping[str, Access] = getattr(view, "access", {})
    action = getattr(view, "action", None) or method.lower()
    return declared.get("get" if action == "head" else action)


class DeclaredAccess(BasePermission):
    """The default permission. A view that declares nothing is a mistake of ours, and closed."""

    def has_permission(self, request: Request, view: Any) -> bool:
        method = request.method or ""
        # What the route is for stands in the schema; methods that it lacks are answered 405.
        if method == "OPTIONS" or not hasattr(view, method.lower()):
            return True
        access = declared_access(view, method)
        if access is None:
            raise ImproperlyConfigured(f"{type(view).__name__} declares no access for {method}")
        return access.allows(request.user)
