from django.contrib import admin
from unfold.decorators import display

from apps.accounts.admin.revealing import Revealing
from apps.accounts.models import User
from apps.accounts.scopes import Scope
from apps.catalog.models import WishlistItem
from apps.core.admin import LedgerAdmin


@admin.register(WishlistItem)
class WishlistItemAdmin(Revealing, LedgerAdmin):
    """What people would like to have."""

    read_scope = Scope.READ_CUSTOMERS
    list_display = ["product", "holder", "created_at"]
    masked = {"holder": "masked_holder"}
    list_select_related = ["product", "owner"]
    id_fields = ["owner__public_id", "product__public_id"]
    search_fields = ["product__slug__exact", "owner__email__exact"]
    search_help_text = "A product's slug, its owner's whole e-mail address, or an id"
    ordering = ["-pk"]
    fields = ["product", "owner", "holder", "created_at"]
    readonly_fields = ["holder", "created_at"]

    @display(description="Owner")
    def holder(self, wish: WishlistItem) -> str:
        """This function will name the owner, as staff know them."""
        return wish.owner.label

    def person_of(self, row: WishlistItem) -> User:
        return row.owner

    @display(description="Owner")
    def masked_holder(self, wish: WishlistItem) -> str:
        """This function will tell the owner from others."""
        return wish.owner.masked_label
