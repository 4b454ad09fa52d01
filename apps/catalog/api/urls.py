from django.urls import re_path
from rest_framework.routers import SimpleRouter

from apps.catalog.api.views import (
    CategoryViewSet,
    ImageViewSet,
    ProductReviewViewSet,
    ProductViewSet,
    ReviewViewSet,
    VariantViewSet,
    WishlistViewSet,
)
from apps.catalog.api.views.paths import REFERENCE

router = SimpleRouter(trailing_slash=False)
router.register("categories", CategoryViewSet, basename="category")
router.register("products", ProductViewSet, basename="product")
router.register(rf"products/(?P<product>{REFERENCE})/variants", VariantViewSet, basename="variant")
router.register(rf"products/(?P<product>{REFERENCE})/images", ImageViewSet, basename="image")
router.register(
    rf"products/(?P<product>{REFERENCE})/reviews", ProductReviewViewSet, basename="product-review"
)
router.register("reviews", ReviewViewSet, basename="review")

_WISHLIST = {"get": "list", "post": "create", "delete": "clear"}

urlpatterns = [
    *router.urls,
    re_path("^wishlist$", WishlistViewSet.as_view(_WISHLIST), name="wishlist"),
    re_path(
        rf"^wishlist/(?P<product>{REFERENCE})$",
        WishlistViewSet.as_view({"delete": "destroy"}),
        name="wish",
    ),
]
