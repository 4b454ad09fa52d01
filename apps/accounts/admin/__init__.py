"""People, their roles and what they are logged in by, and the keys of machines. Roles take the
place of Django's groups."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import URLPattern, path

from apps.accounts.admin.addresses import AddressAdmin
from apps.accounts.admin.api_keys import ApiKeyAdmin
from apps.accounts.admin.memberships import MembershipAdmin
from apps.accounts.admin.passwords import own_password_page
from apps.accounts.admin.people import UserAdmin
from apps.accounts.admin.second_factor import second_factor_page
from apps.accounts.admin.sessions import TokenFamilyAdmin
from apps.accounts.admin.signing_keys import SigningKeyAdmin
from apps.accounts.admin.tellers import told_of
from apps.core.service_admin import ServiceAdmin

__all__ = [
    "AddressAdmin",
    "ApiKeyAdmin",
    "MembershipAdmin",
    "SigningKeyAdmin",
    "TokenFamilyAdmin",
    "UserAdmin",
]


def own_pages() -> list[URLPattern]:
    """This function will return the routes of pages that are about whoever looks at them."""
    own = {"second-factor": second_factor_page, "password_change": own_password_page}
    return [path(f"{name}/", admin.site.admin_view(page), name=name) for name, page in own.items()]


ServiceAdmin.tell = staticmethod(told_of)  # core knows neither events nor people
admin.site.unregister(Group)
admin.site.extra_urls = own_pages  # where the theme looks for them; they come before its own
