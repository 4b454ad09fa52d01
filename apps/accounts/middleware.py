"""What a session is worth: only in the stores its person belongs to, and only with what the staff
site asks for."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django_otp import DEVICE_ID_SESSION_KEY

from apps.accounts.models import SecondFactor, User


class HomeStoreMiddleware:
    """Makes `request.user` nobody where the logged-in person neither is at home nor works.

    Browsers keep the cookies of two shops apart, people need not: a session cookie carried from one
    shop to another must not open the other's admin.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        visitor = request.user

        def at_home() -> User | AnonymousUser:
            if not visitor.is_authenticated:
                return visitor
            visitor.act_at(request.store)  # type: ignore[attr-defined]
            return visitor if visitor.belongs_to(request.store) else AnonymousUser()  # type: ignore[attr-defined]

        request.user = SimpleLazyObject(at_home)  # type: ignore[assignment]
        return self.get_response(request)


class SecondFactorMiddleware:
    """Where `ADMIN_REQUIRES_SECOND_FACTOR`, the staff site is for sessions that have shown one.

    Who has none yet is led to set one up, and can do nothing else there. Who has one, and is logged
    in without it, logs in again. A session that has shown one ends with it, required or not: who
    found the authenticator, or took the session, must not be the one who sets up the next.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(reverse("admin:index")):
            return self.get_response(request)
        has_shown_one = DEVICE_ID_SESSION_KEY in request.session
        person: Any = request.user
        if has_shown_one and person.is_authenticated and person.otp_device is None:
            logout(request)
            return self.get_response(request)
        if not settings.ADMIN_REQUIRES_SECOND_FACTOR or _is_way_in(request.path):
            return self.get_response(request)
        if not person.is_authenticated or getattr(person, "otp_device", None) is not None:
            return self.get_response(request)
        if SecondFactor.objects.in_use_by(person).exists():
            logout(request)
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        return HttpResponseRedirect(reverse("admin:second-factor"))


def _is_way_in(path: str) -> bool:
    return path in {reverse("admin:login"), reverse("admin:logout"), reverse("admin:second-factor")}
