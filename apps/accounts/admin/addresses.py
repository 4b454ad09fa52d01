"""Address books."""

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from apps.accounts import services
from apps.accounts.admin.revealing import Revealing
from apps.accounts.models import Address, User
from apps.accounts.scopes import Scope


@admin.register(Address)
class AddressAdmin(Revealing):
    """Address books, to be corrected; their owners fill them."""

    read_scope = Scope.READ_CUSTOMERS
    write_scope = Scope.WRITE_CUSTOMERS
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

    def save_model(
        self,
        request: HttpRequest,
        obj: Address,
        form: forms.ModelForm,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        services.update_address(
            store=obj.store,
            owner=obj.owner,
            address_id=obj.public_id,
            changes={name: form.cleaned_data[name] for name in form.changed_data},
            by=request.user,
        )
