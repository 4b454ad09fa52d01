from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.accounts.admin import UserAdmin
from apps.accounts.admin.revealing import Revealing
from apps.accounts.admin.sections import Section
from apps.accounts.models import User
from apps.accounts.scopes import Scope
from apps.catalog import services as catalog
from apps.catalog.admin.filters import ProductFilter
from apps.catalog.models import Review
from apps.catalog.models.review import MAX_REASON
from apps.core.access import holds
from apps.core.admin import LedgerAdmin
from apps.core.form_page import form_page

RUDE = "It insults or threatens somebody."
OFF_TOPIC = "It is not about the product."
PRIVATE = "It tells something private, of you or of others."


UserAdmin.sections = [
    *UserAdmin.sections,
    Section(title="Reviews", scope=Scope.MODERATE_REVIEWS, page="catalog_review"),
    Section(title="Wishes", scope=Scope.READ_CUSTOMERS, page="catalog_wishlistitem"),
]


class ShowForm(forms.Form):
    """Nothing but which words were read: their author may have written others meanwhile."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)


class HideForm(ShowForm):
    """Why nobody is to read it."""

    reason = forms.CharField(
        max_length=MAX_REASON,
        widget=UnfoldAdminTextInputWidget,
        help_text="The author reads it.",
    )


@admin.register(Review)
class ReviewAdmin(Revealing, LedgerAdmin):
    """What people think of products. Nobody edits their words; moderators hide and show them."""

    read_scope = Scope.MODERATE_REVIEWS
    list_display = ["headline", "product", "rating", "state", "is_verified", "created_at"]
    masked = {"writer": "masked_writer"}
    list_filter = ["state", "is_verified", "points", ProductFilter]
    list_filter_submit = True
    sortable_by: list[str] = []  # the newest come first: nothing else has an index
    list_select_related = ["product"]
    id_fields = ["public_id", "author__public_id", "product__public_id"]
    search_fields = ["product__slug__exact", "author__email__exact"]
    search_help_text = "A product's slug, an author's whole e-mail address, or an id"
    ordering = ["-public_id"]
    actions = ["hide_rude", "hide_off_topic", "hide_private", "show_again", "delete_reviews"]
    actions_detail = ["hide", "show"]
    fieldsets = [
        (None, {"fields": ["product", "rating", "title", "body", "is_verified"]}),
        ("By", {"fields": ["author", "writer", "show_name"]}),
        ("Moderation", {"fields": ["state", "hidden_reason"]}),
        ("Record", {"fields": ["public_id", "created_at", "updated_at"]}),
    ]
    readonly_fields = ["rating", "writer", "is_verified", "public_id", "created_at", "updated_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        reviews = super().get_queryset(request).of_products()
        return reviews.defer("body")

    @display(description="Review", empty_value="without a title")
    def headline(self, review: Review) -> str | None:
        """This function will show its title."""
        return review.title or None

    @display(description="Rating")
    def rating(self, review: Review) -> str:
        """This function will show its stars."""
        return review.rating

    @display(description="Writer")
    def writer(self, review: Review) -> str:
        """This function will name the author, as staff know them."""
        return review.author.label

    def person_of(self, row: Review) -> User:
        return row.author

    @display(description="Writer")
    def masked_writer(self, review: Review) -> str:
        """This function will tell the author from others."""
        return review.author.masked_label

    def has_moderate_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """This function will tell who may hide and show; nobody edits."""
        return holds(request.user, Scope.MODERATE_REVIEWS)

    @action(description="Hide", url_path="hide", permissions=["moderate"])
    def hide(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """This function will ask why, and keep a review from the public."""

        def hide(review: Review, form: forms.Form) -> str:
            catalog.hide_review(
                **self._which(request, review),
                reason=form.cleaned_data["reason"],
                expected_version=form.cleaned_data["seen"],
            )
            return "Hidden."

        usual = f"Such as: {RUDE} {OFF_TOPIC} {PRIVATE}"
        said = {"title": "Hide a review", "intro": usual, "submit": "Hide"}
        return self._ask(request, object_id, HideForm, hide, **said)

    @action(description="Show again", url_path="show", permissions=["moderate"])
    def show(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """This function will ask once more, and show a review to the public again."""

        def show(review: Review, form: forms.Form) -> str:
            seen = form.cleaned_data["seen"]
            catalog.show_review(**self._which(request, review), expected_version=seen)
            return "Shown."

        everybody = "Everybody will be able to read it, and it will count."
        said = {"title": "Show it again", "intro": everybody, "submit": "Show"}
        return self._ask(request, object_id, ShowForm, show, **said)

    def _ask(
        self,
        request: HttpRequest,
        object_id: str,
        asks: type[forms.Form],
        act: Callable[[Review, Any], str],
        **said: str,
    ) -> HttpResponse:
        review = self.get_object(request, object_id)
        if review is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        sent = request.POST if request.method == "POST" else None
        form = asks(sent, initial={"seen": review.version})
        return form_page(
            self,
            request,
            form=form,
            act=lambda: act(review, form),
            back=reverse("admin:catalog_review_change", args=[review.pk]),
            **said,
        )

    @admin.action(description=f"Hide: {RUDE}", permissions=["moderate"])
    def hide_rude(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        self._hide(request, queryset, RUDE)

    @admin.action(description=f"Hide: {OFF_TOPIC}", permissions=["moderate"])
    def hide_off_topic(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        self._hide(request, queryset, OFF_TOPIC)

    @admin.action(description=f"Hide: {PRIVATE}", permissions=["moderate"])
    def hide_private(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        self._hide(request, queryset, PRIVATE)

    @admin.action(description="Show again", permissions=["moderate"])
    def show_again(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        def show(review: Review) -> None:
            catalog.show_review(**self._which(request, review))

        self.each(request, queryset, show, done="shown")

    @admin.action(description="Delete, and forget the words", permissions=["moderate"])
    def delete_reviews(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        def delete(review: Review) -> None:
            catalog.delete_review(**self._which(request, review), now=timezone.now())

        self.each(request, queryset, delete, done="deleted")

    def _hide(self, request: HttpRequest, reviews: QuerySet[Review], reason: str) -> None:
        def hide(review: Review) -> None:
            catalog.hide_review(**self._which(request, review), reason=reason)

        self.each(request, reviews, hide, done="hidden")

    def _which(self, request: HttpRequest, review: Review) -> dict[str, Any]:
        return {"store": request.store, "review_id": review.pk, "by": request.user}
