"""Slugs on the staff site."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.catalog.slugs import MAX_LENGTH, validate_slug
from apps.core.service_admin import ServiceForm


class SlugInput(forms.SlugField):
    """A slug that may be left to the service."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            max_length=MAX_LENGTH,
            validators=[validate_slug],
            widget=UnfoldAdminTextInputWidget,
            **kwargs,
        )


class SluggedForm(ServiceForm):
    """A category or a product."""

    def details(self) -> dict[str, Any]:
        """This function will leave an empty slug to the service."""
        details = super().details()
        return {name: value for name, value in details.items() if (name, value) != ("slug", "")}
