"""Putting up the shelves that a product file speaks of."""

from collections.abc import Sequence
from itertools import chain, count
from typing import Any

from django.utils.text import slugify

from apps.catalog import services as catalog
from apps.catalog.models import Category
from apps.catalog.slugs import MAX_LENGTH
from apps.events.actors import Actor
from apps.interchange.queries import CategoryTree
from apps.stores.models import Store

_ROOM = MAX_LENGTH - 10  # and a number


def create_category_path(
    *, store: Store, path: Sequence[str], tree: CategoryTree, by: Actor
) -> Category:
    """This function will return the category at the end of a path, and create what is missing.

    Each category is a transaction of its own: the tree remembers only what is really there.

    Raises:
        SlugTaken: somebody has just created one with the same slug.
    """
    category: Category | None = None
    for depth, name in enumerate(path, start=1):
        known = tree.child(name, parent=category)
        if known is None:
            known = catalog.create_category(
                store=store, by=by, **_details(path[:depth], parent=category, tree=tree)
            )
            tree.add(known)
        category = known
    if category is None:
        raise ValueError("a path has at least one name")
    return category


def _details(path: Sequence[str], *, parent: Category | None, tree: CategoryTree) -> dict[str, Any]:
    """Men's shirts and women's shirts are two shelves: the second is called by its whole path."""
    details: dict[str, Any] = {"name": path[-1], "parent": parent.slug if parent else None}
    if slugify(path[-1]) in tree.slugs:
        whole = slugify(" ".join(path))[:_ROOM]
        numbered = (f"{whole}-{number}" for number in count(2))
        details["slug"] = next(slug for slug in chain([whole], numbered) if slug not in tree.slugs)
    return details
