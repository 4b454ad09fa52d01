from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.decorators import display

from apps.accounts.scopes import Scope
from apps.catalog import services as catalog
from apps.catalog.admin.product_inlines import thumbnail
from apps.catalog.models import ProductImage
from apps.core.service_admin import ServiceAdmin, ServiceForm


class ImageForm(ServiceForm):
    class Meta:
        model = ProductImage
        fields = ["alt", "position"]


@admin.register(ProductImage)
class ProductImageAdmin(ServiceAdmin):
    """Every picture. New ones are added on the page of their product."""

    read_scope = Scope.READ_CATALOG
    write_scope = Scope.WRITE_CATALOG
    form = ImageForm
    list_display = ["named", "picture", "product", "position", "created_at"]
    list_select_related = ["product"]
    sortable_by: list[str] = []
    id_fields = ["public_id", "product__public_id"]
    search_fields = ["product__slug__exact"]
    search_help_text = "A product's slug, or an id"
    ordering = ["-pk"]
    readonly_fields = ["product", "picture", "source_url", "public_id", "created_at", "updated_at"]
    fieldsets = [
        (None, {"fields": ["product", "picture", "source_url", "alt", "position"]}),
        ("Record", {"fields": ["public_id", "created_at", "updated_at"]}),
    ]
    actions = ["delete_images"]

    @display(description="Alt text")
    def named(self, image: ProductImage) -> str:
        """This function will show what is said of it."""
        return image.alt or "without an alt text"

    @display(description="Picture")
    def picture(self, image: ProductImage) -> SafeString | str:
        """This function will show it."""
        return thumbnail(image)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def update(
        self, request: HttpRequest, row: ProductImage, details: dict[str, Any], *, seen: int | None
    ) -> ProductImage:
        """This function will change what is said of a picture, or its place."""
        return catalog.update_image(
            store=request.store,
            product_id=row.product_id,
            image_id=row.pk,
            by=request.user,
            expected_version=seen,
            **details,
        )

    @admin.action(description="Take away", permissions=["change"])
    def delete_images(self, request: HttpRequest, queryset: QuerySet[ProductImage]) -> None:
        def delete(image: ProductImage) -> None:
            catalog.delete_image(
                store=request.store,
                product_id=image.product_id,
                image_id=image.pk,
                by=request.user,
                now=timezone.now(),
            )

        self.each(request, queryset, delete, done="taken away")
