"""The staff site lets members of the store's staff in, and operators; nobody else's."""

from typing import Any

from django.contrib.admin.apps import AdminConfig
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import include, path
from django.utils.module_loading import import_string
from unfold.settings import get_config
from unfold.sites import UnfoldAdminSite


class StaffSite(UnfoldAdminSite):
    """Who works for another shop is a customer here."""

    def has_permission(self, request: HttpRequest) -> bool:
        """This function will tell whether somebody may be on the site at all."""
        person = request.user
        return super().has_permission(request) and bool(person.is_superuser or person.scopes)

    def get_urls(self) -> list[Any]:
        """This function will add the pages that belong to no model."""
        return [path("inbox/", include("apps.backoffice.inbox_urls")), *super().get_urls()]

    def search(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """This function will answer the command palette. Nothing is cached, as the theme would:
        it keeps answers by person alone, whatever the store and the rights of the moment."""
        find = import_string(get_config()["COMMAND"]["search_callback"])
        results = find(request, request.GET.get("s", ""))
        pages = Paginator(results, max(1, len(results)))
        return TemplateResponse(
            request,
            "unfold/helpers/command_results.html",
            {"page_obj": pages, "results": pages.page(1), "page_counter": 0},
            headers={"HX-Trigger": "search"},
        )


class StaffSiteConfig(AdminConfig):
    """Django's admin, with this site."""

    default_site = "apps.backoffice.site.StaffSite"
