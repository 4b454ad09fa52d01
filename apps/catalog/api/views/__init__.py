from apps.catalog.api.views.categories import CategoryViewSet
from apps.catalog.api.views.images import ImageViewSet
from apps.catalog.api.views.products import ProductViewSet
from apps.catalog.api.views.variants import VariantViewSet

__all__ = ["CategoryViewSet", "ImageViewSet", "ProductViewSet", "VariantViewSet"]
