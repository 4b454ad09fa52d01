from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from apps.core.admin import StaffInline
from apps.core.opened_forms import OpenedForm
from apps.core.service_admin import ServiceAdmin, ServiceForm
from apps.events import services as events
from apps.events.event import changes_between
from apps.stores import directory, services
from apps.stores.events import StoreCreated, StoreUpdated
from apps.stores.models import Store, StoreHost


def _hosts_of(store: Store) -> list[str]:
    return sorted(StoreHost.objects.filter(store=store).values_list("host", flat=True))


class StoreForm(ServiceForm):
    class Meta:
        model = Store
        fields = "__all__"


class HostForm(OpenedForm):
    class Meta:
        model = StoreHost
        fields = ["host"]


class StoreHostInline(StaffInline):
    """A host leads to a store's shoppers: only an operator gives it away."""

    read_scope = "manage_store"
    write_scope = "manage_store"
    model = StoreHost
    form = HostForm
    fields = ["host", "opened"]
    extra = 0
    hide_title = True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_superuser)


@admin.register(Store)
class StoreAdmin(ServiceAdmin):
    """The shops. Staff see their own; operators see all and open new ones."""

    read_scope = "manage_store"
    write_scope = "manage_store"
    form = StoreForm
    list_display = ["name", "slug", "currency", "country", "time_zone", "is_default"]
    search_fields = ["name", "slug"]
    ordering = ["pk"]
    inlines = [StoreHostInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("name", "slug"),
                    ("country", "time_zone"),
                    ("currency", "shipping_amount"),
                    ("prices_include_tax", "tax_rate"),
                    "capture_at_shipment",
                    "search_language",
                    "is_default",
                    "public_id",
                    "created_at",
                    "updated_at",
                ]
            },
        ),
        (
            "On invoices and in mails",
            {"fields": [("legal_name", "tax_number"), "legal_address", "email"]},
        ),
    ]
    readonly_fields = ["is_default", "public_id", "created_at", "updated_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        stores = super().get_queryset(request)
        own = request.store.pk  # type: ignore[attr-defined]
        return stores if request.user.is_superuser else stores.filter(pk=own)

    def get_readonly_fields(self, request: HttpRequest, obj: Store | None = None) -> list[str]:
        """Prices are numbers of the store's currency: another one would change what they mean."""
        fixed = ["slug", "currency"] if obj else []
        return [*self.readonly_fields, *fixed]

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_superuser)

    def save_model(
        self,
        request: HttpRequest,
        obj: Any,
        form: Any,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        if change:
            return super().save_model(request, obj, form, change)
        # Not the service for it: that asks for the hosts, which this page saves afterwards.
        obj.save()
        acting: Any = request.user
        events.publish(StoreCreated(aggregate_id=obj.public_id), store=obj, by=acting)
        transaction.on_commit(directory.forget)
        return None

    def update(
        self, request: HttpRequest, row: Store, details: dict[str, Any], *, seen: int | None
    ) -> Store:
        """This function will save what was changed of a shop."""
        acting: Any = request.user
        return services.update_store(store=row, by=acting, expected_version=seen, **details)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, *change: bool) -> None:
        for formset in formsets:
            self.save_formset(request, form, formset, *change)

    def save_formset(
        self,
        request: HttpRequest,
        form: forms.ModelForm,
        formset: Any,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """This function will save the hosts, and tell which there were and are."""
        store, acting = form.instance, cast("Any", request.user)
        before = _hosts_of(store)
        formset.save()
        changes = changes_between({"hosts": before}, {"hosts": _hosts_of(store)})
        if change and changes:
            store.save(update_fields=[])  # counts its version up: the hosts are edited on its page
            moved = StoreUpdated(aggregate_id=store.public_id, changed=["hosts"], changes=changes)
            events.publish(moved, store=store, by=acting)
