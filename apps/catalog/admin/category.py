from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.scopes import Scope
from apps.catalog import services as catalog
from apps.catalog.admin.slugs import SluggedForm, SlugInput
from apps.catalog.models import Category
from apps.core.service_admin import ServiceAdmin


class CategoryForm(SluggedForm):
    slug = SlugInput(help_text="Empty: from the name.")

    class Meta:
        model = Category
        fields = ["name", "slug", "parent", "position"]

    def details(self) -> dict[str, Any]:
        """This function will name the parent as the services do."""
        details = super().details()
        if details.get("parent"):
            details["parent"] = str(details["parent"].public_id)
        return details


@admin.register(Category)
class CategoryAdmin(ServiceAdmin):
    """The tree of categories."""

    read_scope = Scope.READ_CATALOG
    write_scope = Scope.WRITE_CATALOG
    form = CategoryForm
    list_display = ["name", "slug", "parent", "position", "updated_at"]
    list_select_related = ["parent"]
    search_fields = ["name", "slug"]
    autocomplete_fields = ["parent"]
    readonly_fields = ["public_id", "created_at", "updated_at"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "parent", "position", "seen"]}),
        ("Record", {"fields": ["public_id", "created_at", "updated_at"]}),
    ]
    actions = ["delete_categories"]

    def create(self, request: HttpRequest, details: dict[str, Any]) -> Category:
        return catalog.create_category(store=request.store, by=request.user, **details)

    def update(
        self, request: HttpRequest, row: Category, details: dict[str, Any], *, seen: int | None
    ) -> Category:
        return catalog.update_category(
            store=request.store,
            category_id=row.pk,
            by=request.user,
            expected_version=seen,
            **details,
        )

    @admin.action(description="Delete", permissions=["change"])
    def delete_categories(self, request: HttpRequest, queryset: QuerySet[Category]) -> None:
        def delete(category: Category) -> None:
            catalog.delete_category(
                store=request.store, category_id=category.pk, by=request.user, now=timezone.now()
            )

        self.each(request, queryset, delete, done="deleted")
