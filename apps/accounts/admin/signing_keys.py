"""The keys that tokens are signed with. They are every store's, so only operators act on them."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts import services
from apps.accounts.models import SigningKey, SigningKeyState
from apps.accounts.scopes import Scope
from apps.core.admin import LedgerAdmin


@admin.register(SigningKey)
class SigningKeyAdmin(LedgerAdmin):
    """Which key signs, which is next, and what becomes of the others. Private parts stay unread."""

    read_scope = Scope.READ_OPERATIONS
    list_display = ["kid", "state", "created_at", "signs_since", "kept_until"]
    list_filter = ["state"]
    search_fields = ["kid__exact"]
    ordering = ["-pk"]
    fields = ["public_id", *list_display, "public_pem"]
    actions = ["sign_with", "revoke"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SigningKey]:
        return super().get_queryset(request).defer("private_pem")

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    @admin.action(description="Sign with the next key", permissions=["operate"])
    def sign_with(self, request: HttpRequest, queryset: QuerySet[SigningKey]) -> None:
        """This function will rotate the keys, if the one that is next was chosen."""
        chosen = list(queryset.values_list("state", flat=True)[:2])
        if chosen != [SigningKeyState.NEXT]:
            self.message_user(request, "Choose the next key, and no other.", messages.ERROR)
        elif services.rotate_signing_keys(now=timezone.now(), by=request.user) is None:
            refusal = "The next key is too young: not everybody may know it yet."
            self.message_user(request, refusal, messages.ERROR)
        else:
            self.message_user(request, "It signs now.", messages.SUCCESS)

    @admin.action(description="Revoke: it leaked", permissions=["operate"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[SigningKey]) -> None:
        """This function will have nothing that the chosen keys have signed be good any more."""

        def act(key: SigningKey) -> None:
            services.revoke_signing_key(kid=key.kid, now=timezone.now(), by=request.user)

        self.each(request, queryset, act, done="revoked")
