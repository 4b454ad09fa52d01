"""What the catalogue holds about people: their reviews, and what they wish for."""

from collections.abc import Iterable, Iterator
from typing import Any

from apps.accounts.data_registry import Erasure, Kept, Reason, Section, register
from apps.accounts.models import User
from apps.catalog import services
from apps.catalog.models import Review, WishlistItem
from apps.core.batches import one_by_one


def _reviews(person: User) -> Iterator[dict[str, Any]]:
    """Of a deleted one nothing is left but that there was one."""
    theirs = Review.with_deleted.filter(author=person).select_related("product")
    for one in one_by_one(theirs.defer("product__description")):
        yield {
            "id": one.public_id,
            "product": one.product.slug,
            "rating": one.rating,
            "title": one.title,
            "body": one.body,
            "show_name": one.show_name,
            "verified_purchase": one.is_verified,
            "state": one.state,
            "hidden_reason": one.hidden_reason,
            "created_at": one.created_at,
            "updated_at": one.updated_at,
            "deleted_at": one.deleted_at,
        }


def _forget_reviews(erasure: Erasure) -> Iterator[Kept]:
    """Ratings stay, for they name nobody; words may."""
    services.erase_reviews(author=erasure.person, by=erasure.by)
    if count := Review.with_deleted.filter(author=erasure.person).count():
        yield Kept(section="reviews", count=count, reason=Reason.ACCOUNTABILITY)


def _wishes(person: User) -> Iterator[dict[str, Any]]:
    theirs = WishlistItem.objects.filter(owner=person).select_related("product")
    for one in one_by_one(theirs.defer("product__description")):
        yield {"product": one.product.slug, "since": one.created_at}


def _forget_wishes(erasure: Erasure) -> Iterable[Kept]:
    services.remove_from_wishlist(
        owner=erasure.person, wishes=WishlistItem.objects.all(), by=erasure.by
    )
    return []


register(
    Section(name="reviews", rows=_reviews, forget=_forget_reviews),
    Section(name="wishlist", rows=_wishes, forget=_forget_wishes),
)
