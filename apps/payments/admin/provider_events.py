"""What gateways told us, as staff see it."""

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.scopes import Scope
from apps.core.access import holds
from apps.core.admin import LedgerAdmin, LedgerInline
from apps.core.report_page import chosen_rows
from apps.payments import services
from apps.payments.admin.filters import GatewayFilter
from apps.payments.models import ProviderEvent


class ProviderEventInline(LedgerInline):
    read_scope = Scope.READ_PAYMENTS
    model = ProviderEvent
    verbose_name_plural = "what the gateway told us"
    fields = ["created_at", "kind", "event_id", "state"]
    readonly_fields = fields
    ordering = ["-pk"]


@admin.register(ProviderEvent)
class ProviderEventAdmin(LedgerAdmin):
    """Webhooks of the gateways: what they told us, and what became of it."""

    aggregate_type = "provider_event"

    read_scope = Scope.READ_PAYMENTS
    list_display = ["created_at", "gateway", "kind", "state", "payment", "attempts"]
    list_filter = ["state", GatewayFilter, "created_at"]
    list_select_related = ["payment"]
    search_fields = ["event_id__exact", "payment__gateway_reference__exact"]
    id_fields = ["public_id", "event_id", "payment__public_id"]
    search_help_text = "Id of the event or payment, or reference of the charge"
    ordering = ["-pk"]
    exclude = ["store"]
    actions = ["try_again"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProviderEvent]:
        """What belongs to no payment belongs to no store: every shop's staff may look for it."""
        own = Q(store=request.store) | Q(store=None)  # type: ignore[attr-defined]
        return ProviderEvent.objects.filter(own).order_by(*self.ordering)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """This function will tell whether the person may act on what gateways tell us."""
        return holds(request.user, Scope.REFUND_PAYMENTS)

    @admin.action(description="Try again", permissions=["retry"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[ProviderEvent]) -> None:
        """This function will have those that found no payment tried again."""
        chosen = [one.pk for one in chosen_rows(self, request, queryset)]
        if not chosen:
            return
        count = services.retry_provider_events(
            event_ids=chosen,
            store=request.store,  # type: ignore[attr-defined]
            by=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
        )
        self.message_user(
            request,
            f"{count} of {len(chosen)} will be tried again.",
            messages.SUCCESS if count else messages.WARNING,
        )
