from apps.accounts.api.views.customers import CustomerViewSet
from apps.accounts.api.views.passwords import (
    ChangePasswordView,
    ForgottenPasswordView,
    RequestEmailVerificationView,
    ResetPasswordView,
    VerifyEmailView,
)
from apps.accounts.api.views.people import (
    AddressViewSet,
    ExportView,
    JwkSetView,
    LogOutView,
    MeView,
    RefreshView,
    RegisterView,
    TokenView,
)

__all__ = [
    "AddressViewSet",
    "ChangePasswordView",
    "CustomerViewSet",
    "ExportView",
    "ForgottenPasswordView",
    "JwkSetView",
    "LogOutView",
    "MeView",
    "RefreshView",
    "RegisterView",
    "RequestEmailVerificationView",
    "ResetPasswordView",
    "TokenView",
    "VerifyEmailView",
]
