from rest_framework.routers import SimpleRouter

from apps.catalog.api.views import (
    CategoryViewSet,
    ImageViewSet,
    ProductViewSet,
    VariantViewSet,
)
from apps.catalog.api.views.paths import REFERENCE

router = SimpleRouter(trailing_slash=False)
router.register("categories", CategoryViewSet, basename="category")
router.register("products", ProductViewSet, basename="product")
router.register(rf"products/(?P<product>{REFERENCE})/variants", VariantViewSet, basename="variant")
router.register(rf"products/(?P<product>{REFERENCE})/images", ImageViewSet, basename="image")

urlpatterns = router.urls
