from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from apps.accounts.admin.revealing import Revealing
from apps.accounts.models import User
from apps.accounts.scopes import Scope
from apps.core.admin import LedgerAdmin, LedgerInline
from apps.orders.admin.filters import BegunFilter
from apps.orders.models import Cart, CartLine


class CartLineInline(LedgerInline):
    read_scope = Scope.READ_ORDERS
    model = CartLine
    fields = ["variant", "quantity", "created_at"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[CartLine]:
        return super().get_queryset(request).select_related("variant")


@admin.register(Cart)
class CartAdmin(Revealing, LedgerAdmin):
    """What people mean to buy. A cart without an owner is a guest's."""

    read_scope = Scope.READ_ORDERS
    list_display = ["public_id", "holder", "state", "created_at", "updated_at"]
    masked = {"holder": "masked_holder"}
    list_filter = ["state", BegunFilter]
    list_select_related = ["owner"]
    id_fields = ["public_id", "owner__public_id"]
    search_fields = ["owner__email__exact"]
    search_help_text = "Its owner's whole e-mail address, or an id"
    ordering = ["-pk"]
    inlines = [CartLineInline]
    fields = ["public_id", "owner", "holder", "state", "created_at", "updated_at"]
    readonly_fields = ["holder"]

    @display(description="Holder", empty_value="a guest")
    def holder(self, cart: Cart) -> str | None:
        """This function will name the owner."""
        return cart.owner and cart.owner.label

    def is_open(self, request: HttpRequest, row: Cart) -> bool:
        """This function will hide nothing of guests: there is nothing to hide."""
        return row.owner_id is None

    def person_of(self, row: Cart) -> User:
        owner: User = row.owner
        return owner

    @display(description="Holder", empty_value="a guest")
    def masked_holder(self, cart: Cart) -> str | None:
        """This function will tell the owner from others."""
        return cart.owner and cart.owner.masked_label
