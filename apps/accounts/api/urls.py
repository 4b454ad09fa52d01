"""Routes of accounts."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from apps.accounts.api.views import (
    AddressViewSet,
    ExportView,
    LogOutView,
    MeView,
    RefreshView,
    RegisterView,
    TokenView,
)

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("addresses", AddressViewSet, basename="address")

urlpatterns = [
    path("auth/register", RegisterView.as_view(), name="register"),
    path("auth/token", TokenView.as_view(), name="token"),
    path("auth/token/refresh", RefreshView.as_view(), name="token-refresh"),
    path("auth/logout", LogOutView.as_view(), name="logout"),
    path("me", MeView.as_view(), name="me"),
    path("me/export", ExportView.as_view(), name="me-export"),
    *router.urls,
]
