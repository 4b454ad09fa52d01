"""How the staff site writes: through the services, whose refusals are shown beside the input."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from apps.core.admin import StaffAdmin
from apps.core.errors import CommerceError


class DetailsForm(forms.ModelForm):
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

    def details(self) -> dict[str, Any]:
        """This function will leave out the version: it is what the change is compared with."""
        return {name: value for name, value in super().details().items() if name != "seen"}


class ServiceAdmin(StaffAdmin):
    """Every write is a service call. What it refuses is shown in the form, and nothing is saved."""

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

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, **kwargs: Any
    ) -> type[forms.ModelForm]:
        form: type[Any] = super().get_form(request, obj, **kwargs)
        form.refusal = getattr(request, "refusal", None)
        return form

    def save_model(
        self,
        request: HttpRequest,
        obj: Model,
        form: Any,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        if change:
            saved = self.update(request, obj, form.details(), seen=form.cleaned_data["seen"])
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
