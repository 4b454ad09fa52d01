"""Routes of inventory."""

from rest_framework.routers import SimpleRouter

from apps.inventory.api.views import StockMovementViewSet, StockViewSet

router = SimpleRouter(trailing_slash=False)
router.register("stock/movements", StockMovementViewSet, basename="stock-movement")
router.register("stock", StockViewSet, basename="stock")

urlpatterns = router.urls
