import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import display

from apps.core.access import holds
from apps.core.admin import LedgerAdmin, LedgerInline
from apps.core.aggregate_links import aggregate_link
from apps.core.time_range_filter import TimeRangeFilter
from apps.events import registry
from apps.events import services as events
from apps.events.errors import DeliveryNotDead
from apps.events.models import Delivery, OutboxEvent


class SubscriberFilter(admin.SimpleListFilter):
    """Those that there are: asking the deliveries would read all of them."""

    title = "subscriber"
    parameter_name = "subscriber"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """This function will return what can be chosen."""
        return [(name, name) for name in sorted(registry.subscriber_names())]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """This function will keep the deliveries to one of them."""
        return queryset.filter(subscriber=self.value()) if self.value() else queryset


class DeliveryInline(LedgerInline):
    read_scope = "read_events"
    model = Delivery
    fields = ["subscriber", "state", "attempts", "next_attempt_at", "done_at", "last_error"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        return super().get_queryset(request).select_related("event").defer("event__origin")


@admin.register(OutboxEvent)
class OutboxEventAdmin(LedgerAdmin):
    """What has happened in the store."""

    read_scope = "read_events"
    aggregate_type = "event"
    list_display = ["name", "aggregate_type_shown", "about", "actor", "created_at", "position"]
    list_filter = [("created_at", TimeRangeFilter)]
    list_filter_submit = True
    search_fields = ["name__startswith"]
    id_fields = ["public_id", "aggregate_id"]
    search_help_text = "The beginning of a name, or the id of an event or of what it is about."
    ordering = ["-pk"]
    fields = [
        ("name", "created_at"),
        ("aggregate_type_shown", "about", "history"),
        ("actor", "actor_role"),
        "what",
        ("public_id", "position", "request_id"),
    ]
    readonly_fields = ["aggregate_type_shown", "about", "history", "what", "public_id"]
    inlines = [DeliveryInline]

    @display(description="Kind", ordering="aggregate_type")
    def aggregate_type_shown(self, event: OutboxEvent) -> str:
        """This function will say what kind of thing it is about."""
        return event.aggregate_type.replace("_", " ")

    @display(description="About")
    def about(self, event: OutboxEvent) -> str:
        """This function will lead to what it is about."""
        return aggregate_link(event.aggregate_type, event.aggregate_id)

    @display(description="All about the same")
    def history(self, event: OutboxEvent) -> str:
        """This function will lead to all that happened to the same thing."""
        place = reverse("admin:events_outboxevent_changelist")
        shown = '<a class="underline" href="{}?q={}">its events</a>'
        return format_html(shown, place, event.aggregate_id)

    @display(description="What")
    def what(self, event: OutboxEvent) -> str:
        """This function will show what the event says."""
        return _readable(event.payload)


@admin.register(Delivery)
class DeliveryAdmin(LedgerAdmin):
    """Who has heard of what, and who has not."""

    read_scope = "read_events"
    list_display = [
        "event",
        "subscriber",
        "state",
        "attempts",
        "next_attempt_at",
        "done_at",
        "reason",
    ]
    list_select_related = ["event"]
    list_filter = ["state", SubscriberFilter]
    search_fields = ["subscriber__startswith", "event__name__startswith"]
    id_fields = ["public_id", "event__public_id", "event__aggregate_id"]
    search_help_text = (
        "The beginning of a subscriber or of an event's name; or the id of a delivery, of an "
        "event, or of what that is about."
    )
    ordering = ["-pk"]
    fields = [
        ("event", "subscriber"),
        ("event_page", "about"),
        ("state", "attempts"),
        ("next_attempt_at", "queued_until", "done_at"),
        "last_error",
        "public_id",
    ]
    readonly_fields = ["event_page", "about", "public_id"]
    actions = ["deliver_again"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        own = request.store.public_id  # type: ignore[attr-defined]
        mine = super().get_queryset(request).filter(event__store=own)
        return mine.select_related("event").defer("event__origin")

    @display(description="Last error")
    def reason(self, delivery: Delivery) -> str:
        """This function will show how its last error begins."""
        lines = delivery.last_error.splitlines() or ["-"]
        return lines[0][:80]

    @display(description="Page of the event")
    def event_page(self, delivery: Delivery) -> str:
        """This function will lead to the event."""
        place = reverse("admin:events_outboxevent_change", args=[delivery.event_id])
        return format_html('<a class="underline" href="{}">{}</a>', place, delivery.event.name)

    @display(description="About")
    def about(self, delivery: Delivery) -> str:
        """This function will lead to what the event is about."""
        return aggregate_link(delivery.event.aggregate_type, delivery.event.aggregate_id)

    def has_redeliver_permission(self, request: HttpRequest) -> bool:
        return holds(request.user, "write_events")

    @admin.action(description="Deliver again", permissions=["redeliver"])
    def deliver_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """This function will have the dead ones among the chosen deliveries tried again."""

        def act(delivery: Delivery) -> None:
            if not events.redeliver(delivery_ids=[delivery.pk], by=request.user):  # type: ignore[arg-type]
                raise DeliveryNotDead

        self.each(request, queryset, act, done="will be tried again")


def _readable(payload: Any) -> str:
    return json.dumps(payload, indent=2, ensure_ascii=False)
