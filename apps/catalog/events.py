"""The facts that the catalogue announces."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, Self
from uuid import UUID

from apps.core.money import Money
from apps.events.actors import Identified
from apps.events.event import Event


class Slugged(Identified, Protocol):
    """A category or a product."""

    slug: str


class Stocked(Identified, Protocol):
    """A variant."""

    sku: str


@dataclass(frozen=True, kw_only=True)
class SluggedEvent(Event):
    slug: str

    @classmethod
    def of(cls, thing: Slugged, **details: Any) -> Self:
        """This function will return the fact about a category or a product."""
        return cls(aggregate_id=thing.public_id, slug=thing.slug, **details)


class CategoryEvent(SluggedEvent):
    aggregate_type = "category"


class CategoryCreated(CategoryEvent):
    name = "category.created"


@dataclass(frozen=True, kw_only=True)
class CategoryUpdated(CategoryEvent):
    name = "category.updated"

    changed: list[str]


class CategoryDeleted(CategoryEvent):
    name = "category.deleted"


class ProductEvent(SluggedEvent):
    aggregate_type = "product"


class ProductCreated(ProductEvent):
    name = "product.created"


@dataclass(frozen=True, kw_only=True)
class ProductUpdated(ProductEvent):
    """Of the product itself; its variants and images have events of their own."""

    name = "product.updated"

    changed: list[str]


class ProductDeleted(ProductEvent):
    name = "product.deleted"


@dataclass(frozen=True, kw_only=True)
class ProductPublished(ProductEvent):
    """The public sees it, from the time given: that may be later."""

    name = "product.published"

    published_at: datetime


class ProductUnpublished(ProductEvent):
    name = "product.unpublished"


class ProductFirstSold(ProductEvent):
    """From now on it is kept for good."""

    name = "product.first_sold"


@dataclass(frozen=True, kw_only=True)
class VariantEvent(Event):
    aggregate_type = "variant"

    product_id: UUID
    sku: str

    @classmethod
    def of(cls, variant: Stocked, product: Slugged, **details: Any) -> Self:
        """This function will return the fact about a variant of the product."""
        return cls(
            aggregate_id=variant.public_id,
            product_id=product.public_id,
            sku=variant.sku,
            **details,
        )


@dataclass(frozen=True, kw_only=True)
class VariantCreated(VariantEvent):
    name = "variant.created"

    price: Money


@dataclass(frozen=True, kw_only=True)
class VariantUpdated(VariantEvent):
    name = "variant.updated"

    price: Money
    changed: list[str]


class VariantDeleted(VariantEvent):
    name = "variant.deleted"


@dataclass(frozen=True, kw_only=True)
class VariantAvailabilityChanged(VariantEvent):
    name = "variant.availability_changed"

    in_stock: bool


@dataclass(frozen=True, kw_only=True)
class ImageEvent(Event):
    aggregate_type = "image"

    product_id: UUID

    @classmethod
    def of(cls, image: Identified, product: Slugged, **details: Any) -> Self:
        """This function will return the fact about a picture of the product."""
        return cls(aggregate_id=image.public_id, product_id=product.public_id, **details)


class ImageCreated(ImageEvent):
    name = "image.created"


@dataclass(frozen=True, kw_only=True)
class ImageUpdated(ImageEvent):
    name = "image.updated"

    changed: list[str]


class ImageDeleted(ImageEvent):
    name = "image.deleted"


class Reviewed(Identified, Protocol):
    """A review."""

    @property
    def author(self) -> Identified:
        """Whose it is."""

    @property
    def product(self) -> Identified:
        """What it is about."""

    @property
    def rating(self) -> str:
        """Its stars."""


@dataclass(frozen=True, kw_only=True)
class ReviewEvent(Event):
    """`rating` is what it says now, such as "4.5". What it says in words is never told."""

    aggregate_type = "review"

    product_id: UUID
    customer_id: UUID
    rating: str

    @classmethod
    def of(cls, review: Reviewed, **details: Any) -> Self:
        """This function will return the fact about a review."""
        return cls(
            aggregate_id=review.public_id,
            product_id=review.product.public_id,
            customer_id=review.author.public_id,
            rating=review.rating,
            **details,
        )


class ReviewCreated(ReviewEvent):
    name = "review.created"


@dataclass(frozen=True, kw_only=True)
class ReviewUpdated(ReviewEvent):
    name = "review.updated"

    changed: list[str]


class ReviewHidden(ReviewEvent):
    """The public reads it no more, and it does not count."""

    name = "review.hidden"


class ReviewShown(ReviewEvent):
    """What was hidden is public again."""

    name = "review.shown"


class ReviewDeleted(ReviewEvent):
    name = "review.deleted"


class ReviewVerified(ReviewEvent):
    """Its author has bought the product."""

    name = "review.verified"


class ReviewVerificationWithdrawn(ReviewEvent):
    """The order that had verified it was canceled, or refunded before anything was sent."""

    name = "review.verification_withdrawn"


@dataclass(frozen=True, kw_only=True)
class WishlistEvent(Event):
    """About the wishlist of the person that the aggregate's id names."""

    aggregate_type = "wishlist"

    product_id: UUID


class WishlistItemAdded(WishlistEvent):
    name = "wishlist.item_added"


class WishlistItemRemoved(WishlistEvent):
    name = "wishlist.item_removed"
