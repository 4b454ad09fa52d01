"""Where staff set up their second factor."""

from typing import Any

import qrcode
from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString, mark_safe
from django_otp import login
from qrcode.image.svg import SvgPathImage
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.accounts import services
from apps.accounts.errors import SecondFactorKnown
from apps.accounts.models import RecoveryCode, SecondFactor

_FORM = "admin/accounts/second_factor.html"
_CODES = "admin/accounts/recovery_codes.html"
_BEGUN = "second_factor_begun"
_WRONG = "This code is not right, or was used already. Wait for the next one."


class CodeForm(forms.Form):
    """What the authenticator shows."""

    code = forms.CharField(
        max_length=7,
        widget=UnfoldAdminTextInputWidget(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}
        ),
    )


def second_factor_page(request: HttpRequest) -> HttpResponse:
    """This function will have a member of staff set up an authenticator or, once they have one, get
    new recovery codes. Either takes a code of it; recovery codes are shown in the answer alone."""
    person: Any = request.user
    has_one = SecondFactor.objects.in_use_by(person).exists()
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        codes = _codes_for(request, form.cleaned_data["code"], has_one=has_one)
        if codes is not None:
            login(request, SecondFactor.objects.get(user=person))
            return _page(request, _CODES, codes=codes)
        form.add_error("code", _WRONG)
    if has_one:
        left = RecoveryCode.objects.filter(person=person, used_at__isnull=True).count()
        return _page(request, _FORM, form=form, has_one=True, left=left)
    try:
        device = services.start_second_factor(person=person, begun=_begun(request))
    except SecondFactorKnown:
        return HttpResponseRedirect(request.path)  # since a moment ago: the page is another one
    request.session[_BEGUN] = str(device.public_id)
    code = _qr_code(device.enrolment_url(issuer=request.store.name))  # type: ignore[attr-defined]
    return _page(request, _FORM, form=form, picture=code, key=device.readable_key)


def _begun(request: HttpRequest) -> str:
    """Which authenticator this session has been shown the secret of."""
    begun: str = request.session.get(_BEGUN, "")
    return begun


def _codes_for(request: HttpRequest, code: str, *, has_one: bool) -> list[str] | None:
    person: Any = request.user
    if has_one:
        return services.issue_recovery_codes(person=person, code=code, by=person)
    return services.confirm_second_factor(
        person=person, begun=_begun(request), code=code, by=person
    )


def _page(request: HttpRequest, template: str, **content: Any) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": "Second factor", **content}
    return TemplateResponse(request, template, context)


def _qr_code(text: str) -> SafeString:
    """A picture as part of the page: nothing is loaded from elsewhere, and nobody else sees it."""
    picture = qrcode.make(text, image_factory=SvgPathImage, box_size=12)
    return mark_safe(picture.to_string(encoding="unicode"))
