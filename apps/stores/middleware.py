"""A request's store comes from its host."""

from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.utils.functional import SimpleLazyObject

from apps.stores.directory import store_for_host
from apps.stores.models import Store


class StoreMiddleware:
    """Sets `request.store`, found when first used: a health probe needs no database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host, _ = split_domain_port(request.get_host())
        request.store = SimpleLazyObject(lambda: _found(host))  # type: ignore[attr-defined]
        return self.get_response(request)


def _found(host: str) -> Store:
    store = store_for_host(host)
    structlog.contextvars.bind_contextvars(store_id=str(store.public_id))
    return store
