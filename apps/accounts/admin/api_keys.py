"""Keys of machines: made here, shown once, and ended here."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSplitDateTimeWidget

from apps.accounts import services
from apps.accounts.models import ApiKey
from apps.accounts.scopes import Scope
from apps.core.service_admin import ServiceAdmin, ServiceForm


class ApiKeyForm(ServiceForm):
    scopes = forms.MultipleChoiceField(
        choices=[(one.value, one.value) for one in Scope],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="At most those that you have yourself.",
    )
    expires_at = forms.SplitDateTimeField(
        widget=UnfoldAdminSplitDateTimeWidget, help_text="Within a year."
    )

    class Meta:
        model = ApiKey
        fields = ["name", "scopes", "expires_at"]


@admin.register(ApiKey)
class ApiKeyAdmin(ServiceAdmin):
    """The keys of the store. What a key may do is settled when it is made."""

    read_scope = Scope.MANAGE_API_KEYS
    write_scope = Scope.MANAGE_API_KEYS
    aggregate_type = "api_key"
    form = ApiKeyForm
    list_display = ["name", "prefix", "scopes", "expires_at", "last_used_at", "revoked_at"]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter)]
    search_fields = ["name", "prefix__exact"]
    id_fields = ["public_id"]
    search_help_text = "A part of its name, its whole prefix, or an id"
    ordering = ["-pk"]
    actions = ["revoke"]

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> list[str]:
        """This function will show all of a key but its digest."""
        if obj is None:
            return ["name", "scopes", "expires_at", "seen"]
        return ["public_id", *self.list_display, "created_by", "created_at"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_handle_permission(self, request: HttpRequest) -> bool:
        """This function will tell who may end keys."""
        return self.may_write(request)

    def create(self, request: HttpRequest, details: dict[str, Any]) -> ApiKey:
        """This function will make a key, and keep its text for the one answer that shows it."""
        made = services.create_api_key(
            store=request.store,  # type: ignore[attr-defined]
            by=request.user,
            now=timezone.now(),
            **details,
        )
        request.shown_once = made.text  # type: ignore[attr-defined]
        return made.key

    def response_add(
        self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None
    ) -> HttpResponse:
        """This function will show the key: not by a message, which would lie in a cookie."""
        context = self.admin_site.each_context(request) | {
            "title": "API key",
            "opts": self.opts,
            "key": obj,
            "text": request.shown_once,  # type: ignore[attr-defined]
        }
        return TemplateResponse(request, "admin/accounts/api_key.html", context)

    @admin.action(description="Revoke", permissions=["handle"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """This function will end the chosen keys."""

        def act(key: ApiKey) -> None:
            services.revoke_api_key(
                store=key.store, key_id=key.public_id, by=request.user, now=timezone.now()
            )

        self.each(request, queryset.select_related("store"), act, done="revoked")
