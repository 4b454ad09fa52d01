"""A session is worth something only in the store its person belongs to."""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from apps.accounts.models import User


class HomeStoreMiddleware:
    """Makes `request.user` nobody where the logged-in person is not at home.

    Browsers keep the cookies of two shops apart, people need not: a session cookie carried from one
    shop to another must not open the other's admin.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        visitor = request.user

        def at_home() -> User | AnonymousUser:
            if visitor.is_authenticated and not visitor.belongs_to(request.store):  # type: ignore[attr-defined]
                return AnonymousUser()
            if visitor.is_authenticated:
                visitor.act_at(request.store)  # type: ignore[attr-defined]
            return visitor

        request.user = SimpleLazyObject(at_home)  # type: ignore[assignment]
        return self.get_response(request)
