"""Who is logged in by tokens, and since when."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.accounts import services
from apps.accounts.models import EndReason, TokenFamily
from apps.accounts.scopes import Scope
from apps.core.access import holds
from apps.core.admin import LedgerAdmin


@admin.register(TokenFamily)
class TokenFamilyAdmin(LedgerAdmin):
    """Log-ins of the store's people. Ending one logs its holder out at once."""

    read_scope = Scope.MANAGE_STAFF
    aggregate_type = "session"
    list_display = ["person", "created_at", "last_used_at", "expires_at", "ended_at", "end_reason"]
    list_select_related = ["person"]
    list_filter = ["end_reason"]
    search_fields = ["end_reason__exact"]
    id_fields = ["public_id", "person__public_id"]
    search_help_text = "The id of a session or of a person."
    ordering = ["-pk"]
    fields = ["public_id", *list_display]
    actions = ["end"]

    def has_end_permission(self, request: HttpRequest) -> bool:
        return holds(request.user, Scope.MANAGE_STAFF)

    @admin.action(description="End: log out", permissions=["end"])
    def end(self, request: HttpRequest, queryset: QuerySet[TokenFamily]) -> None:
        """This function will log the holders of the chosen sessions out."""

        def act(family: TokenFamily) -> None:
            services.end_session(
                family_id=family.public_id, reason=EndReason.ENDED_BY_STAFF, by=request.user
            )

        self.each(request, queryset, act, done="ended")
