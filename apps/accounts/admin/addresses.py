"""Address books."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from apps.accounts import services
from apps.accounts.admin.revealing import Revealing
from apps.accounts.models import Address, User
from apps.accounts.scopes import Scope
from apps.core.service_admin import ServiceAdmin, ServiceForm


class AddressForm(ServiceForm):
    class Meta:
        model = Address
        fields = "__all__"


@admin.register(Address)
class AddressAdmin(Revealing, ServiceAdmin):
    """Address books, to be corrected; their owners fill them."""

    read_scope = Scope.READ_CUSTOMERS
    write_scope = Scope.WRITE_CUSTOMERS
    form = AddressForm
    list_display = [
        "full_name",
        "street",
        "postal_code",
        "city",
        "country",
        "owner_address",
        "is_default",
    ]
    sortable_by = ["country", "is_default"]  # what is encrypted has no order
    list_select_related = ["owner"]
    search_fields = ["owner__email__exact"]
    id_fields = ["public_id", "owner__public_id"]
    search_help_text = "Its owner's whole e-mail address, or an id"
    ordering = ["-pk"]
    readonly_fields = ["owner", "public_id", "created_at"]
    exclude = ["store"]
    masked = dict.fromkeys(["full_name", "company", "street", "street_extra", "postal_code",
                            "city", "region", "phone", "owner_address"], "")  # fmt: skip

    def person_of(self, row: Address) -> User:
        return row.owner

    def is_open(self, request: HttpRequest, row: Address) -> bool:
        """This function will leave the form to who may correct it."""
        return self.has_change_permission(request, row)

    @display(description="Owner")
    def owner_address(self, address: Address) -> str:
        """This function will name the owner."""
        return address.owner.label

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def update(
        self, request: HttpRequest, row: Address, details: dict[str, Any], *, seen: int | None
    ) -> Address:
        """This function will correct an address in its owner's book."""
        return services.update_address(
            store=row.store,
            owner=row.owner,
            address_id=row.public_id,
            changes=details,
            by=request.user,  # type: ignore[arg-type]
            expected_version=seen,
        )
