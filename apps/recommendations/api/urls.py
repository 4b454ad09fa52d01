from django.urls import path, re_path

from apps.catalog.api.views.paths import REFERENCE
from apps.recommendations.api.views import RecommendationViewSet

urlpatterns = [
    path("recommendations", RecommendationViewSet.as_view({"get": "list"}), name="recommendations"),
    re_path(
        rf"^products/(?P<id>{REFERENCE})/recommendations$",
        RecommendationViewSet.as_view({"get": "beside_product"}),
        name="product-recommendations",
    ),
]
