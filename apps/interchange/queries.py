"""What an import has to know of the store, read for many records at once."""

from collections.abc import Collection, Iterable

from django.db.models import Prefetch

from apps.accounts.models import User
from apps.catalog.models import Category, Product, ProductImage, Variant
from apps.interchange.formats.record import Fault
from apps.interchange.models import ImportRow
from apps.interchange.planning import KnownProduct
from apps.interchange.report import Outcome, Result
from apps.stores.models import Store


class CategoryTree:
    """The categories of a store by their place, read once for a whole import.

    A part of a path is a name or, in files of ours, a slug.
    """

    def __init__(self, *, store: Store) -> None:
        self._by_place: dict[tuple[int | None, str], Category] = {}
        self.slugs: set[str] = set()
        for category in Category.objects.for_store(store).order_by("-pk"):  # the oldest wins
            self.add(category)

    def add(self, category: Category) -> None:
        """This function will take up a category that was just created."""
        self._by_place.setdefault((category.parent_id, category.slug.casefold()), category)
        self._by_place[category.parent_id, category.name.casefold()] = category
        self.slugs.add(category.slug)

    def child(self, name: str, *, parent: Category | None) -> Category | None:
        """This function will return the category of this name below another one, or at the top."""
        return self._by_place.get((parent.pk if parent else None, name.casefold()))

    def at(self, path: Iterable[str]) -> Category | None:
        """This function will return the category at the end of a path of names, if there is one."""
        category = None
        for name in path:
            category = self.child(name, parent=category)
            if category is None:
                return None
        return category


def known_products(*, store: Store, slugs: Collection[str]) -> dict[str, KnownProduct]:
    """This function will return the live products with these slugs, whatever the number, in five
    statements at most."""
    products = (
        Product.objects.for_store(store)
        .filter(slug__in=slugs)
        .prefetch_related(
            Prefetch("variants", queryset=Variant.objects.all(), to_attr="live_variants"),
            Prefetch("images", queryset=ProductImage.with_deleted.all(), to_attr="all_images"),
            Prefetch("categories", queryset=Category.objects.all(), to_attr="live_categories"),
        )
    )
    return {
        product.slug: KnownProduct(
            product=product,
            variants=tuple(product.live_variants),
            categories=tuple(product.live_categories),
            image_addresses=frozenset(
                image.source_url or image.file.name for image in product.all_images
            ),
        )
        for product in products
    }


def owners_of_skus(*, store: Store, skus: Collection[str]) -> dict[str, str]:
    """This function will return the slugs of the products that these SKUs belong to."""
    variants = Variant.objects.for_store(store).filter(sku__in=skus)
    return dict(variants.values_list("sku", "product__slug"))


def person_of(actor: str) -> User | None:
    """This function will return the person whom a reference to an actor names, if it does."""
    kind, _, public_id = actor.partition(":")
    return User.objects.filter(public_id=public_id).first() if kind == "user" else None


def outcome_of(row: ImportRow) -> Outcome:
    """This function will return what was reported of a refused record, as far as it is kept."""
    kept = row.refused_as
    return Outcome(
        line=row.line,
        key=row.key,
        result=Result(row.outcome),
        faults=tuple(Fault(**fault) for fault in kept.get("faults", ())),
        rows=tuple(tuple(cells) for cells in kept.get("rows", ())),
    )
