from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from apps.accounts.scopes import Scope
from apps.catalog import services as catalog
from apps.catalog.admin.filters import InStockFilter, PublishedFilter, ShelfFilter, VendorFilter
from apps.catalog.admin.product_forms import ProductForm
from apps.catalog.admin.product_inlines import ImageInline, VariantInline, thumbnail
from apps.catalog.admin.repricing_page import repricing_page
from apps.catalog.models import Product, ProductImage, Variant
from apps.catalog.queries import with_main_image, with_offers
from apps.catalog.search import found_by_staff
from apps.core.admin import as_id
from apps.core.money import Money
from apps.core.report_page import chosen_rows
from apps.core.service_admin import ServiceAdmin

_MOST_TOLD = 500


@admin.register(Product)
class ProductAdmin(ServiceAdmin):
    """What the store sells, with its variants and pictures."""

    read_scope = Scope.READ_CATALOG
    write_scope = Scope.WRITE_CATALOG
    form = ProductForm
    inlines = [VariantInline, ImageInline]
    list_display = ["title", "picture", "vendor", "prices", "available", "shown", "is_featured"]
    list_filter = [
        PublishedFilter,
        "is_featured",
        InStockFilter,
        ShelfFilter,
        VendorFilter,
    ]
    list_filter_submit = True
    search_fields = ["title"]
    search_help_text = "Words of it, how a SKU begins, a whole slug, or an id"
    id_fields = ["public_id"]
    ordering = ["-pk"]
    # What has an index of its own, and so is not sorted anew for each page.
    sortable_by = ["title"]
    autocomplete_fields = ["categories"]
    readonly_fields = [
        "public_page", "public_id", "first_sold_at", "created_at", "updated_at"
    ]  # fmt: skip
    fieldsets = [
        (None, {"fields": ["title", "slug", "description", "options", "seen"]}),
        ("Shop window", {"fields": ["published_at", "is_featured", "categories", "public_page"]}),
        ("About it", {"fields": ["vendor", "product_type", "tags", "metadata"]}),
        ("Record", {"fields": ["public_id", "first_sold_at", "created_at", "updated_at"]}),
    ]
    actions = [
        "publish",
        "unpublish",
        "feature",
        "unfeature",
        "change_prices",
        "delete_products",
    ]
    actions_list = ["reprice"]

    actions_submit_line = [
        "publish_it",
        "unpublish_it",
        "feature_it",
        "unfeature_it",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        products = with_offers(super().get_queryset(request))
        if request.resolver_match and request.resolver_match.url_name.endswith("_changelist"):
            products = with_main_image(products).defer("description", "metadata")
        return products

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Product], search_term: str
    ) -> tuple[QuerySet[Product], bool]:
        text = search_term.strip()
        if "\x00" in text:
            return queryset.none(), False
        if not text or as_id(text):
            return super().get_search_results(request, queryset, text)
        found = found_by_staff(store=request.store, text=text)  # type: ignore[attr-defined]
        return queryset.filter(pk__in=found), False

    @display(description="Picture")
    def picture(self, product: Any) -> SafeString | str:
        return thumbnail(product.main_images[0] if product.main_images else None)

    @display(description="Price")
    def prices(self, product: Any) -> str:
        amounts = [one for one in (product.price_from, product.price_to) if one is not None]
        return " - ".join(str(Money(one, product.price_currency)) for one in dict.fromkeys(amounts))

    @display(description="In stock", boolean=True)
    def available(self, product: Any) -> bool:
        return bool(product.in_stock)

    @display(description="Published", boolean=True)
    def shown(self, product: Product) -> bool:
        return product.is_published

    @display(description="In the API")
    def public_page(self, product: Product) -> SafeString | str:
        """This function will lead to what the public sees."""
        if not (product.pk and product.slug):  # none yet, or a slug that was just refused
            return ""
        address = reverse("product-detail", args=[product.slug])
        if not product.is_published:
            return f"{address} (not published)"
        link = '<a class="text-primary-600 underline dark:text-primary-500" href="{}">{}</a>'
        return format_html(link, address, address)

    def told_of(self, row: Product) -> list[UUID]:
        """This function will name the product, its variants and its pictures, also those that were
        taken away."""
        rows = [Variant.with_deleted, ProductImage.with_deleted]
        below = [one.filter(product=row).values_list("public_id", flat=True) for one in rows]
        return [row.public_id, *below[0][:_MOST_TOLD], *below[1][:_MOST_TOLD]]

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

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, *change: bool) -> None:
        """This function will save the rows, and then do what the button says."""
        super().save_related(request, form, formsets, *change)
        for button in self.get_actions_submit_line(request, form.instance.pk):
            if button.action_name in request.POST:
                button.method(request, form.instance)

    @action(description="Save and publish", permissions=["change"])
    def publish_it(self, request: HttpRequest, product: Product) -> None:
        """This function will show a product to the public now."""
        self.publish(request, Product.objects.filter(pk=product.pk))

    @action(description="Save and unpublish", permissions=["change"])
    def unpublish_it(self, request: HttpRequest, product: Product) -> None:
        """This function will hide a product from the public."""
        self.unpublish(request, Product.objects.filter(pk=product.pk))

    @action(description="Save and feature", permissions=["change"])
    def feature_it(self, request: HttpRequest, product: Product) -> None:
        """This function will feature a product."""
        self.feature(request, Product.objects.filter(pk=product.pk))

    @action(description="Save, and feature no more", permissions=["change"])
    def unfeature_it(self, request: HttpRequest, product: Product) -> None:
        """This function will feature a product no more."""
        self.unfeature(request, Product.objects.filter(pk=product.pk))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """This function will offer what makes a difference to the product as it is."""
        product = kwargs.get("obj")
        if product is not None:
            idle = {
                "publish_it" if product.is_published else "unpublish_it",
                "feature_it" if product.is_featured else "unfeature_it",
            }
            buttons = context.get("actions_submit_line", [])
            context["actions_submit_line"] = [one for one in buttons if one.path not in idle]
        return super().render_change_form(request, context, *args, **kwargs)

    def _delete_image(self, request: HttpRequest, image: ProductImage) -> None:
        catalog.delete_image(
            store=request.store,
            product_id=image.product_id,
            image_id=image.pk,
            by=request.user,
            now=timezone.now(),
        )

    @action(description="Change prices", url_path="reprice", permissions=["change"])
    def reprice(self, request: HttpRequest) -> HttpResponse:
        """This function will lead from a question over a preview to new prices."""
        return repricing_page(self, request)

    @admin.action(description="Change prices", permissions=["change"])
    def change_prices(
        self, request: HttpRequest, queryset: QuerySet[Product]
    ) -> HttpResponse | None:
        """This function will ask how the prices of the chosen products are to change."""
        chosen = self._few(request, queryset)
        if not chosen:
            return None
        page = reverse("admin:catalog_product_reprice")
        return HttpResponseRedirect(f"{page}?products={','.join(map(str, chosen))}")

    @admin.action(description="Publish", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        if chosen := self._few(request, queryset):
            count = catalog.publish_products(
                store=request.store, product_ids=chosen, by=request.user, now=timezone.now()
            )
            self.message_user(request, f"{count} published.")

    @admin.action(description="Unpublish", permissions=["change"])
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        if chosen := self._few(request, queryset):
            count = catalog.unpublish_products(
                store=request.store, product_ids=chosen, by=request.user
            )
            self.message_user(request, f"{count} unpublished.")

    def _few(self, request: HttpRequest, products: QuerySet[Product]) -> list[int]:
        """The keys of what was chosen: never of more than a page holds."""
        keys = products.order_by("pk").values_list("pk", flat=True)
        return chosen_rows(self, request, keys)

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
