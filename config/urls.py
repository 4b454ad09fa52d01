"""Every address, one line for each app."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import (
    SpectacularAPIView,
    SpectacularRedocView,
    SpectacularSwaggerSplitView,
)

from apps.accounts.api.views import JwkSetView
from apps.core.edges import serve_media
from apps.payments.gateways.simulated_page import SimulatedPaymentView

API = [
    path("", include("apps.accounts.api.urls")),
    path("", include("apps.catalog.api.urls")),
    path("", include("apps.inventory.api.urls")),
    path("", include("apps.orders.api.urls")),
    path("", include("apps.payments.api.urls")),
    path("", include("apps.recommendations.api.urls")),
    path("", include("apps.events.api.urls")),
    path("", include("apps.interchange.api.urls")),
]

urlpatterns = [
    path("", RedirectView.as_view(url="/api/docs/"), name="start"),
    path("api/v1/", include(API)),
    path(".well-known/jwks.json", JwkSetView.as_view(), name="jwks"),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(), name="swagger"),
    path("api/redoc/", SpectacularRedocView.as_view(), name="redoc"),
    path("admin/", admin.site.urls),
    path(
        "payments/simulated/<slug:reference>",
        SimulatedPaymentView.as_view(),
        name="simulated-payment",
    ),
    path("", include("apps.backoffice.api.urls")),
]

if settings.SERVE_MEDIA:
    urlpatterns.append(
        path("media/<path:path>", serve_media, {"document_root": settings.MEDIA_ROOT}, name="media")
    )

handler400 = "apps.core.problems.bad_request"
handler403 = "apps.backoffice.refusals.permission_denied"
handler404 = "apps.backoffice.refusals.page_not_found"
handler500 = "apps.core.problems.server_error"
