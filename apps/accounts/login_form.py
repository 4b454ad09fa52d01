"""How staff log in: e-mail address, password, and a code of who has a second factor."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from unfold.forms import AuthenticationForm
from unfold.widgets import BASE_INPUT_CLASSES

from apps.accounts import services
from apps.accounts.models import SecondFactor, User

_REQUIRED, _WRONG = "second_factor_required", "invalid_second_factor"


class LoginForm(AuthenticationForm):
    """The staff site's. Each attempt to be a member of staff is an event."""

    otp = forms.CharField(
        max_length=40,
        required=False,
        label="Code",
        help_text="Of your authenticator, or a recovery code. Leave it empty if you have neither.",
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "class": " ".join(BASE_INPUT_CLASSES)}
        ),
    )

    def clean(self) -> dict[str, Any]:
        """This function will let in who has shown all that is asked of them."""
        try:
            cleaned = super().clean()
            person: User | None = self.get_user()
            if person is not None:
                self._prove_second_factor(person)
                services.record_login(person=person, method="admin")
        except ValidationError as refusal:
            if refusal.code != _REQUIRED:
                services.record_refused_login(
                    store=self.request.store,
                    email=self.cleaned_data.get("username", ""),
                    method="admin",
                )
            raise
        return cleaned

    def _prove_second_factor(self, person: User) -> None:
        if not SecondFactor.objects.in_use_by(person).exists():
            return
        code = self.cleaned_data.get("otp", "")
        if not code:
            raise ValidationError("Enter your password and a code.", code=_REQUIRED)
        device = services.verify_second_factor(person=person, code=code, now=timezone.now())
        if device is None:
            raise ValidationError("This code is not right, or was used already.", code=_WRONG)
        person.otp_device = device  # django-otp notes it in the session
