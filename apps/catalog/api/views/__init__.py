from apps.catalog.api.views.categories import CategoryViewSet
from apps.catalog.api.views.images import ImageViewSet
from apps.catalog.api.views.products import ProductViewSet
from apps.catalog.api.views.reviews import ProductReviewViewSet, ReviewViewSet
from apps.catalog.api.views.variants import VariantViewSet
from apps.catalog.api.views.wishlist import WishlistViewSet

__all__ = [
    "CategoryViewSet",
    "ImageViewSet",
    "ProductReviewViewSet",
    "ProductViewSet",
    "ReviewViewSet",
    "VariantViewSet",
    "WishlistViewSet",
]
