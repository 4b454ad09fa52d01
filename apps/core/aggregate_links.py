"""From what an event is about to where the staff site shows it."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html


def aggregate_link(aggregate_type: str, aggregate_id: UUID) -> str:
    """This function will return an id that leads to the page of what it names, if a page finds it
    by its id; else the id alone."""
    place = _listing(aggregate_type)
    if not place:
        return str(aggregate_id)
    shown = '<a class="underline" href="{}?q={}">{}</a>'
    return format_html(shown, place, aggregate_id, aggregate_id)


def _listing(aggregate_type: str) -> str:
    for model, page in admin.site._registry.items():  # noqa: SLF001 - Django has no other way
        if _told_of(page) == aggregate_type and "public_id" in getattr(page, "id_fields", ()):
            name = f"{model._meta.app_label}_{model._meta.model_name}"
            return reverse(f"admin:{name}_changelist")
    return ""


def _told_of(page: Any) -> str:
    """Events call things by the words of the field, which are those of the models in most cases."""
    return getattr(page, "aggregate_type", "") or str(page.opts.model_name)
