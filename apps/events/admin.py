from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core.access import holds
from apps.core.admin import LedgerAdmin, LedgerInline
from apps.events import services as events
from apps.events.models import Delivery, OutboxEvent


class DeliveryInline(LedgerInline):
    read_scope = "read_events"
    model = Delivery
    fields = ["subscriber", "state", "attempts", "next_attempt_at", "done_at", "last_error"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        return super().get_queryset(request).select_related("event").defer("event__origin")


@admin.register(OutboxEvent)
class OutboxEventAdmin(LedgerAdmin):
    """What has happened in the store."""

    read_scope = "read_events"
    list_display = ["name", "aggregate_type", "aggregate_id", "actor", "created_at", "position"]
    search_fields = ["name__startswith"]
    id_fields = ["public_id", "aggregate_id"]
    search_help_text = "The beginning of a name, or the id of an event or of what it is about."
    ordering = ["-pk"]
    exclude = ["store", "origin"]
    inlines = [DeliveryInline]


@admin.register(Delivery)
class DeliveryAdmin(LedgerAdmin):
    """Who has heard of what, and who has not."""

    read_scope = "read_events"
    list_display = ["event", "subscriber", "state", "attempts", "next_attempt_at", "done_at"]
    list_select_related = ["event"]
    list_filter = ["state"]
    search_fields = ["subscriber__startswith", "event__name__startswith"]
    ordering = ["-pk"]
    actions = ["deliver_again"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        own = request.store.public_id  # type: ignore[attr-defined]
        mine = super().get_queryset(request).filter(event__store=own)
        return mine.select_related("event").defer("event__origin")

    def has_redeliver_permission(self, request: HttpRequest) -> bool:
        return holds(request.user, "write_events")

    @admin.action(description="Deliver again", permissions=["redeliver"])
    def deliver_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """This function will have the dead ones among the chosen deliveries tried again."""
        chosen = list(queryset.values_list("pk", flat=True))
        revived = events.redeliver(delivery_ids=chosen, by=request.user)  # type: ignore[arg-type]
        self.message_user(request, f"{revived} of {len(chosen)} will be tried again.",
                          messages.SUCCESS if revived else messages.WARNING)  # fmt: skip
