from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from apps.core.admin import StaffAdmin, StaffInline
from apps.events import services as events
from apps.events.event import Event, changes_between
from apps.stores import directory
from apps.stores.events import StoreCreated, StoreUpdated
from apps.stores.models import Store, StoreHost

# Not the legal name and address, nor the e-mail: a shop may be a person.
_TOLD = [
    "name", "country", "time_zone", "shipping_amount", "prices_include_tax", "tax_rate",
    "capture_at_shipment", "search_language",
]  # fmt: skip


def _settings_of(store: Store) -> dict[str, Any]:
    return {
        field.name: field.get_prep_value(getattr(store, field.name))
        for field in Store._meta.concrete_fields
        if field.name in _TOLD
    }


def _hosts_of(store: Store) -> list[str]:
    return sorted(StoreHost.objects.filter(store=store).values_list("host", flat=True))


class StoreHostInline(StaffInline):
    """A host leads to a store's shoppers: only an operator gives it away."""

    read_scope = "manage_store"
    write_scope = "manage_store"
    model = StoreHost
    extra = 0
    hide_title = True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_superuser)


@admin.register(Store)
class StoreAdmin(StaffAdmin):
    """The shops. Staff see their own; operators see all and open new ones."""

    read_scope = "manage_store"
    write_scope = "manage_store"
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
        obj: Store,
        form: forms.ModelForm,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        before = _settings_of(Store.objects.get(pk=obj.pk)) if change else {}
        super().save_model(request, obj, form, change)
        acting: Any = request.user
        if change:
            happened: Event = StoreUpdated(
                aggregate_id=obj.public_id,
                changed=sorted(form.changed_data),
                changes=changes_between(before, _settings_of(obj)),
            )
        else:
            happened = StoreCreated(aggregate_id=obj.public_id)
        events.publish(happened, store=obj, by=acting)
        transaction.on_commit(directory.forget)

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
        super().save_formset(request, form, formset, change)
        changes = changes_between({"hosts": before}, {"hosts": _hosts_of(store)})
        if change and changes:
            moved = StoreUpdated(aggregate_id=store.public_id, changed=["hosts"], changes=changes)
            events.publish(moved, store=store, by=acting)
