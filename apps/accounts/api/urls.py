"""Routes of accounts."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from apps.accounts.api.views import (
    AddressViewSet,
    ChangePasswordView,
    CustomerViewSet,
    ExportView,
    ForgottenPasswordView,
    LogOutView,
    MeView,
    RefreshView,
    RegisterView,
    RequestEmailVerificationView,
    ResetPasswordView,
    TokenView,
    VerifyEmailView,
)

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("addresses", AddressViewSet, basename="address")
router.register("customers", CustomerViewSet, basename="customer")

urlpatterns = [
    path("auth/register", RegisterView.as_view(), name="register"),
    path("auth/token", TokenView.as_view(), name="token"),
    path("auth/token/refresh", RefreshView.as_view(), name="token-refresh"),
    path("auth/logout", LogOutView.as_view(), name="logout"),
    path("auth/email/verify", VerifyEmailView.as_view(), name="email-verify"),
    path(
        "auth/email/verify/request",
        RequestEmailVerificationView.as_view(),
        name="email-verify-request",
    ),
    path("auth/password/forgot", ForgottenPasswordView.as_view(), name="password-forgot"),
    path("auth/password/reset", ResetPasswordView.as_view(), name="password-reset"),
    path("auth/password/change", ChangePasswordView.as_view(), name="password-change"),
    path("me", MeView.as_view(), name="me"),
    path("me/export", ExportView.as_view(), name="me-export"),
    *router.urls,
]
