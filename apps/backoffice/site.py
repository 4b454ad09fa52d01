"""The staff site lets members of the store's staff in, and operators; nobody else's."""

from typing import Any

from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest
from django.urls import include, path
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


class StaffSiteConfig(AdminConfig):
    """Django's admin, with this site."""

    default_site = "apps.backoffice.site.StaffSite"
