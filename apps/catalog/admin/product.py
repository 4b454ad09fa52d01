from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from apps.accounts.scopes import Scope
from apps.catalog import services as catalog
from apps.catalog.admin.product_forms import ImageRowForm, ProductForm
from apps.catalog.admin.variant import VariantRowForm
from apps.catalog.models import Product, ProductImage, Variant
from apps.catalog.models.product import MAX_IMAGES, MAX_VARIANTS
from apps.catalog.queries import with_main_image, with_offers
from apps.core.admin import StaffInline
from apps.core.money import Money
from apps.core.service_admin import ServiceAdmin


def thumbnail(image: ProductImage | None) -> SafeString | str:
    """This function will show a picture of ours, and link to one that lies elsewhere."""
    if image is None:
        return ""
    if not image.thumbnail:
        return format_html('<a href="{}" rel="noreferrer">elsewhere</a>', image.source_url)
    return format_html('<img src="{}" alt="{}" width="48">', image.thumbnail.url, image.alt)


class VariantInline(StaffInline):
    read_scope = Scope.READ_CATALOG
    write_scope = Scope.WRITE_CATALOG
    model = Variant
    form = VariantRowForm
    fields = ["sku", "title", "option_values", "price_amount", "compare_at_amount", "position"]
    extra = 0
    per_page = 20
    max_num = MAX_VARIANTS
    show_change_link = True
    # A row that stock and orders refer to is retired by an action on its own page.
    can_delete = False


class ImageInline(StaffInline):
    read_scope = Scope.READ_CATALOG
    write_scope = Scope.WRITE_CATALOG
    model = ProductImage
    form = ImageRowForm
    fields = ["shown", "upload", "source_url", "alt", "position"]
    readonly_fields = ["shown"]
    extra = 0
    per_page = 20
    max_num = MAX_IMAGES

    @display(description="Picture")
    def shown(self, image: ProductImage) -> SafeString | str:
        return thumbnail(image if image.pk else None)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)


class PublishedFilter(admin.SimpleListFilter):
    title = "published"
    parameter_name = "published"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Yes"), ("no", "No")]

    def queryset(self, request: HttpRequest, products: QuerySet[Product]) -> QuerySet[Product]:
        shown = Product.objects.published()
        if self.value() == "yes":
            return products.filter(pk__in=shown)
        return products.exclude(pk__in=shown) if self.value() == "no" else products


@admin.register(Product)
class ProductAdmin(ServiceAdmin):
    """What the store sells, with its variants and pictures."""

    read_scope = Scope.READ_CATALOG
    write_scope = Scope.WRITE_CATALOG
    form = ProductForm
    inlines = [VariantInline, ImageInline]
    list_display = ["title", "picture", "vendor", "prices", "available", "shown", "is_featured"]
    list_filter = [PublishedFilter, "is_featured"]
    search_fields = ["title", "slug", "variants__sku"]
    ordering = ["-pk"]
    autocomplete_fields = ["categories"]
    readonly_fields = ["public_id", "first_sold_at", "created_at", "updated_at"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "description", "options", "seen"]}),
        ("Shop window", {"fields": ["published_at", "is_featured", "categories"]}),
        ("About it", {"fields": ["vendor", "product_type", "tags", "metadata"]}),
        ("Record", {"fields": ["public_id", "first_sold_at", "created_at", "updated_at"]}),
    ]
    actions = ["publish", "unpublish", "feature", "unfeature", "delete_products"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        return with_main_image(with_offers(super().get_queryset(request)))

    @display(description="Picture")
    def picture(self, product: Any) -> SafeString | str:
        return thumbnail(product.main_images[0] if product.main_images else None)

    @display(description="Price", ordering="price_from")
    def prices(self, product: Any) -> str:
        amounts = [one for one in (product.price_from, product.price_to) if one is not None]
        return " - ".join(str(Money(one, product.price_currency)) for one in dict.fromkeys(amounts))

    @display(description="In stock", boolean=True)
    def available(self, product: Any) -> bool:
        return bool(product.in_stock)

    @display(description="Published", boolean=True, ordering="published_at")
    def shown(self, product: Product) -> bool:
        return product.is_published

    def create(self, request: HttpRequest, details: dict[str, Any]) -> Product:
        return catalog.create_product(store=request.store, by=request.user, **details)

    def update(
        self, request: HttpRequest, row: Product, details: dict[str, Any], *, seen: int | None
    ) -> Product:
        return catalog.update_product(
            store=request.store,
            product_id=row.pk,
            by=request.user,
            expected_version=seen,
            **details,
        )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, **_: Any) -> None:
        """Row by row through the services; Django's history wants to know what happened."""
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        deleted = getattr(formset, "deleted_forms", [])
        for row in formset.forms:
            known = row.instance.pk is not None
            if row in deleted and known:
                self._delete_image(request, row.instance)
                formset.deleted_objects.append(row.instance)
            elif row.has_changed() and row not in deleted:
                saved = row.write(request, form.instance)
                if known:
                    formset.changed_objects.append((saved, row.changed_data))
                else:
                    formset.new_objects.append(saved)

    def _delete_image(self, request: HttpRequest, image: ProductImage) -> None:
        catalog.delete_image(
            store=request.store,
            product_id=image.product_id,
            image_id=image.pk,
            by=request.user,
            now=timezone.now(),
        )

    @admin.action(description="Publish", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        count = catalog.publish_products(
            store=request.store,
            product_ids=list(queryset.values_list("pk", flat=True)),
            by=request.user,
            now=timezone.now(),
        )
        self.message_user(request, f"{count} published.")

    @admin.action(description="Unpublish", permissions=["change"])
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        count = catalog.unpublish_products(
            store=request.store,
            product_ids=list(queryset.values_list("pk", flat=True)),
            by=request.user,
        )
        self.message_user(request, f"{count} unpublished.")

    @admin.action(description="Feature", permissions=["change"])
    def feature(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        self._give(request, queryset, {"is_featured": True}, done="featured")

    @admin.action(description="Feature no more", permissions=["change"])
    def unfeature(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        self._give(request, queryset, {"is_featured": False}, done="featured no more")

    @admin.action(description="Delete", permissions=["change"])
    def delete_products(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        def delete(product: Product) -> None:
            catalog.delete_product(
                store=request.store, product_id=product.pk, by=request.user, now=timezone.now()
            )

        self.each(request, queryset, delete, done="deleted")

    def _give(
        self,
        request: HttpRequest,
        products: QuerySet[Product],
        details: dict[str, Any],
        *,
        done: str,
    ) -> None:
        def give(product: Product) -> None:
            self.update(request, product, details, seen=None)

        self.each(request, products, give, done=done)
