"""How the staff site writes: through the services, whose refusals are shown beside the input.

Saving over somebody else's change is refused with what they changed. What was typed stays, and can
be sent once more over it: then only what was typed is written.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from apps.core.admin import StaffAdmin
from apps.core.errors import CommerceError, PreconditionFailed
from apps.core.opened_forms import Difference, OpenedForm

# The button that saves over what was shown of somebody else's change; its value is the version.
OVERWRITE = "_overwrite"
_HIDDEN = ["seen", "opened"]
_MOST_DIGITS = 9


class DetailsForm(OpenedForm):
    """A form that is not saved itself: it tells a service what was changed."""

    def details(self) -> dict[str, Any]:
        """This function will return what was changed, in the words of the services."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class ServiceForm(DetailsForm):
    """Remembers which version was read, and shows why a service refused the write."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    refusal: CommerceError | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            # Rows that are never edited have no version.
            self.fields["seen"].initial = getattr(self.instance, "version", None)

    def clean(self) -> dict[str, Any]:
        """This function will add the refusal of the attempt before this one."""
        cleaned = super().clean() or {}
        if self.refusal is not None:
            raise ValidationError(self.refusal.in_words, code=self.refusal.code)
        return cleaned

    def clean_seen(self) -> int | None:
        """This function will take the version that somebody was shown as the one that they saw."""
        shown: str = self.data.get(OVERWRITE, "")
        if shown.isascii() and shown.isdecimal() and len(shown) <= _MOST_DIGITS:
            return int(shown)
        seen: int | None = self.cleaned_data["seen"]
        return seen

    def require_unchanged(self, row: Any) -> None:
        """This function will refuse a row, locked, that was changed in what the form shows. For
        rows whose version counts up with much that it does not: a person's with each log-in.

        Raises:
            PreconditionFailed: somebody else has changed it.
        """
        if OVERWRITE in self.data or not self.shown_then or self.is_overtaken(row):
            row.require_version(self.cleaned_data["seen"])


@dataclass(frozen=True, kw_only=True)
class Told:
    """Something that happened to a row: what, by whom and when."""

    what: str
    who: str
    when: datetime


@dataclass(frozen=True, kw_only=True)
class Overtaken:
    """What somebody else has done to a row since a form was opened."""

    version: int
    differences: list[Difference]
    told: list[Told] = field(default_factory=list)
    files: bool = False


class ServiceAdmin(StaffAdmin):
    """Every write is a service call. What it refuses is shown in the form, and nothing is saved."""

    change_form_before_template = "admin/overtaken.html"
    # Who did what to rows since when: an app that knows events and people fills it.
    tell: ClassVar[Callable[[list[UUID], datetime | None], list[Told]] | None] = None

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except CommerceError as refusal:
            # The transaction is rolled back; the second time the form says why.
            request.refusal = refusal  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        """This function will add what a form remembers, for those who may send it."""
        fieldsets = [
            (title, {**how, "fields": [one for one in how["fields"] if one not in _HIDDEN]})
            for title, how in super().get_fieldsets(request, obj)
        ]
        if fieldsets and self._is_sent(request, obj):
            known = getattr(self.form, "declared_fields", {})
            fieldsets[0][1]["fields"] += [name for name in _HIDDEN if name in known]
        return fieldsets

    def _is_sent(self, request: HttpRequest, obj: Model | None) -> bool:
        return bool(
            self.has_add_permission(request)
            if obj is None
            else self.has_change_permission(request, obj)
        )

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, **kwargs: Any
    ) -> type[forms.ModelForm]:
        form: type[Any] = super().get_form(request, obj, **kwargs)
        form.refusal = getattr(request, "refusal", None)
        return form

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """This function will show what somebody else has changed, where that was refused."""
        if isinstance(getattr(request, "refusal", None), PreconditionFailed):
            context["overtaken"] = self._overtaken(request, context)
        return super().render_change_form(request, context, *args, **kwargs)

    def _overtaken(self, request: HttpRequest, context: dict[str, Any]) -> Overtaken:
        form: Any = context["adminform"].form
        row: Any = type(form.instance)._default_manager.get(pk=form.instance.pk)
        differences = form.differences()
        for below in context["inline_admin_formsets"]:
            for one in below.formset.initial_forms:
                if isinstance(one, OpenedForm):
                    differences += one.differences(row=str(one.instance))
        told = type(self).tell
        return Overtaken(
            version=row.version,
            differences=differences,
            told=told(self.told_of(row), form.opened_at) if told else [],
            files=bool(request.FILES),
        )

    def told_of(self, row: Any) -> list[UUID]:
        """This function will name the row, and what is edited on its page, by their public ids."""
        return [row.public_id]

    def save_model(
        self,
        request: HttpRequest,
        obj: Model,
        form: Any,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        if change:
            form.take_back_what_was_not_changed()
            saved = self.update(request, obj, form.details(), seen=form.cleaned_data.get("seen"))
        else:
            saved = self.create(request, form.details())
        obj.__dict__.update(saved.__dict__)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, *_: Any) -> None:
        """The services have saved what the form says of other rows."""
        for formset in formsets:
            self.save_formset(request, form, formset, change=True)

    def create(self, request: HttpRequest, details: dict[str, Any]) -> Model:
        """This function will save a new row."""
        raise NotImplementedError

    def update(
        self, request: HttpRequest, row: Any, details: dict[str, Any], *, seen: int | None
    ) -> Model:
        """This function will save what was changed of a row."""
        raise NotImplementedError
