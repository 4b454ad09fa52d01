"""What is edited on the page of a product besides itself: its variants and its pictures."""

from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from apps.accounts.scopes import Scope
from apps.catalog.admin.product_forms import ImageRowForm
from apps.catalog.admin.product_rows import FirstRows
from apps.catalog.admin.variant import VariantRowForm
from apps.catalog.models import ProductImage, Variant
from apps.catalog.models.product import MAX_IMAGES, MAX_VARIANTS
from apps.core.admin import StaffInline


def thumbnail(image: ProductImage | None) -> SafeString | str:
    """This function will show a picture of ours, and link to one that lies elsewhere."""
    if image is None:
        return ""
    if not image.thumbnail:
        return format_html('<a href="{}" rel="noreferrer">elsewhere</a>', image.source_url)
    return format_html(
        '<img src="{}" alt="{}" width="48" height="48" loading="lazy" '
        'style="width: 3rem; height: 3rem; object-fit: contain">',
        image.thumbnail.url,
        image.alt,
    )


class ProductRows(StaffInline):
    """The first rows of one kind, with a way to all of them."""

    read_scope = Scope.READ_CATALOG
    write_scope = Scope.WRITE_CATALOG
    formset = FirstRows
    extra = 0
    template_after = "admin/catalog/product/all_rows.html"
    show_change_link = True


class VariantInline(ProductRows):
    model = Variant
    form = VariantRowForm
    fields = [
        "sku",
        "title",
        "option_values",
        "price_amount",
        "compare_at_amount",
        "barcode",
        "position",
        "opened",
    ]
    max_num = MAX_VARIANTS
    # A row that stock and orders refer to is retired by an action on its own page.
    can_delete = False


class ImageInline(ProductRows):
    model = ProductImage
    form = ImageRowForm
    fields = ["shown", "upload", "source_url", "alt", "position", "opened"]
    readonly_fields = ["shown"]
    max_num = MAX_IMAGES

    @display(description="Picture")
    def shown(self, image: ProductImage) -> SafeString | str:
        return thumbnail(image if image.pk else None)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)
