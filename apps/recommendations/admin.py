from django.contrib import admin

from apps.accounts.scopes import Scope
from apps.catalog.models import Product
from apps.core.admin import LedgerAdmin
from apps.recommendations.models import CoPurchase, Rebuild, SimilarProducts


@admin.register(CoPurchase)
class CoPurchaseAdmin(LedgerAdmin):
    read_scope = Scope.READ_CATALOG
    list_display = ["product", "other", "count"]
    list_select_related = ["product", "other"]
    search_fields = ["product__slug__exact", "product__title"]
    search_help_text = "Title or slug of a product"
    ordering = ["-count", "pk"]


@admin.register(SimilarProducts)
class SimilarProductsAdmin(LedgerAdmin):
    read_scope = Scope.READ_CATALOG
    list_display = ["product", "count"]
    list_select_related = ["product"]
    search_fields = ["product__slug__exact", "product__title"]
    search_help_text = "Title or slug of a product"
    ordering = ["pk"]
    fields = ["product", "neighbours"]
    readonly_fields = ["neighbours"]

    def count(self, row: SimilarProducts) -> int:
        return len(row.others)

    def neighbours(self, row: SimilarProducts) -> str:
        """Their titles with their scores, the best first."""
        titles = Product.with_deleted.in_bulk(row.others)
        return "\n".join(
            f"{score:+.4f} {titles[key]}"
            for key, score in zip(row.others, row.scores, strict=True)
            if key in titles
        )


@admin.register(Rebuild)
class RebuildAdmin(LedgerAdmin):
    read_scope = Scope.READ_CATALOG
    list_display = ["finished_at", "engine", "lines", "products"]
    list_select_related = ["store"]
    ordering = ["pk"]
    fields = ["store", "finished_at", "engine", "lines", "products", "claimed_until"]
