"""What somebody may mean who has typed the beginning of it."""

from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL

from apps.catalog.models import Category, ProductListing
from apps.catalog.search import prefix_of
from apps.stores.models import Store

MOST_PRODUCTS = 8
MOST_CATEGORIES = 4


@dataclass(frozen=True, kw_only=True)
class Suggestions:
    products: list[ProductListing]
    categories: list[Category]


def suggestions_for(*, store: Store, text: str) -> Suggestions:
    """This function will return the best products and categories whose names begin like a text.

    Every word must be there, the last one as a beginning. Three statements at most: the third asks
    for titles that are almost like it when no product begins like it.
    """
    prefix = prefix_of(text)
    if prefix is None:
        return Suggestions(products=[], categories=[])
    shown = ProductListing.objects.for_store(store).published().select_related("product")
    listings = shown.only("title", "product__public_id", "product__slug")
    # Not "-prior": PostgreSQL would read that index from end to end for a beginning nobody has.
    best = (F("prior") + 0).desc()
    products = list(listings.filter(search_vector=prefix).order_by(best, "-pk")[:MOST_PRODUCTS])
    return Suggestions(
        products=products or _almost(listings, store=store, text=text),
        categories=list(_categories(store, text)[:MOST_CATEGORIES]),
    )


def _almost(listings: QuerySet[ProductListing], *, store: Store, text: str) -> list[ProductListing]:
    near = RawSQL(
        "SELECT product_id FROM catalog_near_titles(%s, catalog_plain(%s), %s)",
        [store.pk, text, MOST_PRODUCTS],
    )
    return list(listings.filter(pk__in=near).order_by("-prior", "-pk"))


def _categories(store: Store, text: str) -> QuerySet[Category]:
    begins = Q(name__istartswith=text) | Q(name__icontains=f" {text}")
    return Category.objects.for_store(store).filter(begins).order_by("position", "name", "pk")
