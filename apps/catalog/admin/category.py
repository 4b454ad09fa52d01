from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from apps.accounts.scopes import Scope
from apps.catalog import services as catalog
from apps.catalog.admin.slugs import SluggedForm, SlugInput
from apps.catalog.models import Category
from apps.catalog.queries import MOST_COUNTED, as_tree
from apps.core.admin import as_key
from apps.core.autocomplete import KeySelect
from apps.core.errors import CommerceError
from apps.core.form_page import form_page
from apps.core.report_page import MOST_AT_ONCE, chosen_rows
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


class MoveForm(forms.Form):
    """Below what categories are to stand."""

    parent = forms.ModelChoiceField(
        Category.objects.none(), required=False, help_text="Empty: at the top of the tree."
    )

    def __init__(self, *args: Any, categories: QuerySet[Category], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["parent"].widget = KeySelect(
            Category._meta.get_field("parent"),
            admin.site,
            attrs={"class": "unfold-admin-autocomplete admin-autocomplete"},
        )
        fields["parent"].queryset = categories


@admin.register(Category)
class CategoryAdmin(ServiceAdmin):
    """The tree of categories, from the top down."""

    read_scope = Scope.READ_CATALOG
    write_scope = Scope.WRITE_CATALOG
    form = CategoryForm
    list_display = ["in_tree", "slug", "parent", "position", "goods", "updated_at"]
    list_display_links = ["in_tree"]
    list_select_related = ["parent"]
    sortable_by: list[str] = []  # it has one order, and that is the shop's
    search_fields = ["name", "slug"]
    id_fields = ["public_id"]
    autocomplete_fields = ["parent"]
    readonly_fields = ["public_id", "created_at", "updated_at"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "parent", "position", "seen"]}),
        ("Record", {"fields": ["public_id", "created_at", "updated_at"]}),
    ]
    actions = ["move_categories", "delete_categories"]
    actions_list = ["move"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        if not _is_list(request):
            return super().get_queryset(request)
        return as_tree(Category.objects.for_store(request.store))  # type: ignore[attr-defined]

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """This function will put each category below the one that it stands in."""
        return ["path"] if _is_list(request) else ["position", "name", "pk"]

    @display(description="Category")
    def in_tree(self, category: Any) -> SafeString:
        """This function will show the name, as far to the right as it stands deep."""
        depth = len(category.path) - 1
        return format_html(
            '<span style="padding-left: {}rem">{}<span class="sr-only">{}</span>{}</span>',
            min(depth, 12) * 1.5,
            "└ " if depth else "",
            f"Level {depth + 1}: ",
            category.name,
        )

    @display(description="Products in it")
    def goods(self, category: Any) -> SafeString:
        """This function will count what stands right there, as far as one counts, and lead to all
        that stands there or below."""
        count = category.goods
        listing = reverse("admin:catalog_product_changelist")
        return format_html(
            '<a href="{}?category={}">{}</a>',
            listing,
            category.pk,
            f"{MOST_COUNTED} or more" if count >= MOST_COUNTED else count,
        )

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

    @admin.action(description="Move below another", permissions=["change"])
    def move_categories(
        self, request: HttpRequest, queryset: QuerySet[Category]
    ) -> HttpResponse | None:
        """This function will ask where the chosen categories are to stand."""
        chosen = [str(one.pk) for one in chosen_rows(self, request, queryset)]
        if not chosen:
            return None
        page = reverse("admin:catalog_category_move")
        return HttpResponseRedirect(f"{page}?categories={','.join(chosen)}")

    @action(description="Move categories", url_path="move", permissions=["change"])
    def move(self, request: HttpRequest) -> HttpResponse:
        """This function will put categories, with all that is below them, somewhere else."""
        back = reverse("admin:catalog_category_changelist")
        moving = self._moving(request)
        if not moving:
            self.message_user(request, "Choose in the list what is to be moved.", messages.WARNING)
            return HttpResponseRedirect(back)
        own = Category.objects.for_store(request.store)  # type: ignore[attr-defined]
        form = MoveForm(request.POST if request.method == "POST" else None, categories=own)

        def act() -> str:
            return self._move(request, moving, form.cleaned_data["parent"])

        return form_page(
            self,
            request,
            form=form,
            act=act,
            title="Move categories",
            intro=f"What is moved, with all that stands below: {', '.join(map(str, moving))}.",
            submit="Move",
            back=back,
        )

    def _move(self, request: HttpRequest, moving: list[Category], parent: Category | None) -> str:
        moved = 0
        below = None if parent is None else str(parent.public_id)
        for category in moving:
            try:
                self.update(request, category, {"parent": below}, seen=None)
                moved += 1
            except CommerceError as refusal:
                self.message_user(request, f"{category}: {refusal.in_words}", messages.ERROR)
        return f"{moved} moved."

    def _moving(self, request: HttpRequest) -> list[Category]:
        given = request.GET.get("categories", "").split(",")[:MOST_AT_ONCE]
        keys = [key for one in given if (key := as_key(one)) is not None]
        own = Category.objects.for_store(request.store)  # type: ignore[attr-defined]
        return list(own.filter(pk__in=keys))

    @admin.action(description="Delete", permissions=["change"])
    def delete_categories(self, request: HttpRequest, queryset: QuerySet[Category]) -> None:
        def delete(category: Category) -> None:
            catalog.delete_category(
                store=request.store, category_id=category.pk, by=request.user, now=timezone.now()
            )

        self.each(request, queryset, delete, done="deleted")


def _is_list(request: HttpRequest) -> bool:
    at = request.resolver_match
    return at is not None and str(at.url_name).endswith("_changelist")
