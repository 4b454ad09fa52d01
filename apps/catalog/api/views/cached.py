"""Whom answers about the catalogue are kept for, and what they depend on."""

from typing import Any

from rest_framework.request import Request

from apps.accounts.scopes import Scope
from apps.catalog.models import Product
from apps.catalog.outdating import categories_tag, goods_tag, product_tag
from apps.core.access import holds
from apps.core.cached_answers import Basis
from apps.events.outdating import store_tag


def sees_everything(request: Request) -> bool:
    """This function will tell whether the caller sees what is not published too."""
    return holds(request.user, Scope.READ_CATALOG) or holds(request.user, Scope.WRITE_CATALOG)


def public_only(request: Request) -> str | None:
    """This function will give one answer to all who see what is published, and no kept one to
    staff, who see more."""
    return None if sees_everything(request) else ""


def of_goods(_: Any, request: Request) -> Basis:
    """This function will return what a list depends on that any product may be in."""
    store = request.store.public_id
    return Basis(tags=(store_tag(store), goods_tag(store), categories_tag(store)))


def of_categories(_: Any, request: Request) -> Basis:
    """This function will return what any part of the tree of categories depends on."""
    store = request.store.public_id
    return Basis(tags=(store_tag(store), categories_tag(store)))


def of_one_product(view: Any, request: Request) -> Basis | None:
    """This function will return what the page of one product depends on, if there is one."""
    published = Product.objects.for_store(request.store).published().named(view.kwargs["id"])
    product_id = published.values_list("public_id", flat=True).first()
    if product_id is None:
        return None
    store = request.store.public_id
    return Basis(
        tags=(store_tag(store), categories_tag(store), product_tag(product_id)),
        thing=str(product_id),
    )
