"""What there is of goods, on the pages of the catalogue: it knows nothing of warehouses."""

from typing import Any

from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from apps.accounts.scopes import Scope
from apps.catalog.admin import ProductAdmin, VariantAdmin
from apps.catalog.admin.product_inlines import VariantInline
from apps.catalog.models import Variant
from apps.core.access import holds
from apps.inventory.models import StockItem

_LINK = '<a class="text-primary-600 underline dark:text-primary-500" href="{}">{}</a>'


class StockedVariantInline(VariantInline):
    """The variants of a product with what is left of each, for those who may know."""

    readonly_fields = ["stock"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Variant]:
        items = StockItem.objects.filter(variant=OuterRef("pk")).order_by().values("variant")
        left = items.annotate(left=Sum(F("on_hand") - F("reserved"))).values("left")
        amount = Coalesce(Subquery(left, output_field=IntegerField()), 0)
        return super().get_queryset(request).annotate(left=amount)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """This function will leave the stock out for those who may not read it."""
        fields = [*VariantInline.fields]
        if holds(request.user, Scope.READ_STOCK):
            fields.insert(fields.index("barcode"), "stock")
        return fields

    @display(description="Available")
    def stock(self, variant: Any) -> SafeString | str:
        """This function will show how many can be sold, and lead to where they are."""
        if not variant.pk:
            return ""
        return format_html(_LINK, _listing(variant), variant.left)


@display(description="Where it is")
def places(variant: Variant) -> SafeString:
    """This function will lead to the stock of a variant."""
    return format_html(_LINK, _listing(variant), "stock in each warehouse")


def _listing(variant: Variant) -> str:
    return f"{reverse('admin:inventory_stockitem_changelist')}?variant__id__exact={variant.pk}"


ProductAdmin.inlines = [
    StockedVariantInline if inline is VariantInline else inline for inline in ProductAdmin.inlines
]
VariantAdmin.readonly_fields = [*VariantAdmin.readonly_fields, places]
VariantAdmin.fieldsets = [
    (title, {"fields": [*how["fields"], *([places] if title == "Goods" else [])]})
    for title, how in VariantAdmin.fieldsets
]
