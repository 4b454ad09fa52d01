"""A request's store comes from its host."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.utils.functional import SimpleLazyObject

from apps.stores.directory import store_for_host


class StoreMiddleware:
    """Sets `request.store`, found when first used: a health probe needs no database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host, _ = split_domain_port(request.get_host())
        request.store = SimpleLazyObject(lambda: store_for_host(host))  # type: ignore[attr-defined]
        return self.get_response(request)
