from django.contrib import admin

from apps.accounts.scopes import Scope
from apps.core.admin import LedgerAdmin
from apps.recommendations.models import CoPurchase


@admin.register(CoPurchase)
class CoPurchaseAdmin(LedgerAdmin):
    read_scope = Scope.READ_CATALOG
    list_display = ["product", "other", "count"]
    list_select_related = ["product", "other"]
    search_fields = ["product__slug__exact", "product__title"]
    search_help_text = "Title or slug of a product"
    ordering = ["-count", "pk"]
