"""The staff site lets members of the store's staff in, and operators; nobody else's."""

from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest
from unfold.sites import UnfoldAdminSite


class StaffSite(UnfoldAdminSite):
    """Who works for another shop is a customer here."""

    def has_permission(self, request: HttpRequest) -> bool:
        """This function will tell whether somebody may be on the site at all."""
        person = request.user
        return super().has_permission(request) and bool(person.is_superuser or person.scopes)


class StaffSiteConfig(AdminConfig):
    """Django's admin, with this site."""

    default_site = "apps.backoffice.site.StaffSite"
