"""Products that do not exist yet, with everything below them: how many are created at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from apps.catalog.changes import ProductChanges, VariantChanges
from apps.catalog.models import Category, Product, ProductImage, Variant


@dataclass(frozen=True, kw_only=True)
class ImageDraft:
    """A picture that lies elsewhere."""

    source_url: str
    alt: str = ""


@dataclass(frozen=True, kw_only=True)
class ProductDraft:
    """What `create_product`, `create_variant` and `add_image` would be told, one by one.

    `details` are a product's with its title and slug; `variants` are those of variants with their
    SKUs and prices. `in_stock` names the SKUs of which inventory will have some by the end of the
    transaction.
    """

    details: ProductChanges
    categories: Sequence[Category] = ()
    variants: Sequence[VariantChanges] = ()
    images: Sequence[ImageDraft] = ()
    in_stock: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class CreatedProduct:
    """A product that exists now, with everything below it."""

    product: Product
    categories: Sequence[Category]
    variants: list[Variant] = field(default_factory=list)
    images: list[ProductImage] = field(default_factory=list)
