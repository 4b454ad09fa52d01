"""Passwords on the staff site: one's own, and those that are given to others."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.forms import AdminOwnPasswordChangeForm, AdminPasswordChangeForm

from apps.accounts import services
from apps.accounts.models import User
from apps.events.actors import Actor


class GivenPasswordForm(AdminPasswordChangeForm):
    """A password for somebody else."""

    def __init__(self, user: User, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.by = by
        self.fields.pop("usable_password", None)  # who may not log in is deactivated

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002 - Django's signature
        """This function will have the service set it."""
        password = self.cleaned_data["password1"]
        self.user = services.set_password(person=self.user, password=password, by=self.by)
        return self.user


class OwnPasswordForm(AdminOwnPasswordChangeForm):
    """A password for oneself, by the present one."""

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002 - Django's signature
        """This function will have the service change it."""
        self.user = services.change_password(
            person=self.user,
            present=self.cleaned_data["old_password"],
            password=self.cleaned_data["new_password1"],
        )
        return self.user


def own_password_page(request: HttpRequest) -> HttpResponse:
    """This function will be the page where staff change their password, in place of the theme's,
    whose form saves by itself."""
    request.current_app = admin.site.name  # type: ignore[attr-defined]
    page = PasswordChangeView.as_view(
        form_class=OwnPasswordForm,
        success_url=reverse("admin:password_change_done"),
        extra_context=admin.site.each_context(request),
    )
    return page(request)
