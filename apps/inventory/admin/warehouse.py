from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.accounts.scopes import Scope
from apps.core.service_admin import ServiceAdmin, ServiceForm
from apps.inventory import services as inventory
from apps.inventory.models import Warehouse


class WarehouseForm(ServiceForm):
    class Meta:
        model = Warehouse
        fields = ["code", "name", "priority", "is_default"]


@admin.register(Warehouse)
class WarehouseAdmin(ServiceAdmin):
    """Where goods are. The code is given once: other systems name the warehouse by it."""

    read_scope = Scope.READ_STOCK
    write_scope = Scope.WRITE_STOCK
    form = WarehouseForm
    list_display = ["name", "code", "priority", "is_default"]
    search_fields = ["name", "code"]
    ordering = ["priority", "pk"]

    def get_fields(self, request: HttpRequest, obj: Warehouse | None = None) -> list[str]:
        """This function will make a new warehouse the default one only once it is there."""
        fields = ["code", "name", "priority", "seen"]
        return fields if obj is None else [*fields, "is_default"]

    def get_readonly_fields(self, request: HttpRequest, obj: Warehouse | None = None) -> list[str]:
        return [] if obj is None else ["code"]

    def create(self, request: HttpRequest, details: dict[str, Any]) -> Warehouse:
        """This function will open a warehouse."""
        return inventory.create_warehouse(
            store=request.store,  # type: ignore[attr-defined]
            by=request.user,
            **details,
        )

    def update(
        self, request: HttpRequest, row: Warehouse, details: dict[str, Any], *, seen: int | None
    ) -> Warehouse:
        """This function will change its name, its place in the order, and whether it is the
        default one."""
        return inventory.update_warehouse(
            store=request.store,  # type: ignore[attr-defined]
            warehouse_id=row.pk,
            by=request.user,
            expected_version=seen,
            name=row.name,
            priority=row.priority,
            is_default=row.is_default,
        )
