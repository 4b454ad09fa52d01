"""A page of the staff site that asks something, and then has a service do it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin

from apps.core.errors import CommerceError


def form_page(
    page: ModelAdmin,
    request: HttpRequest,
    *,
    form: forms.Form,
    act: Callable[[], str | HttpResponse],
    title: str,
    back: str,
    submit: str = "Save",
    intro: str = "",
    template: str = "admin/form_page.html",
    **context: Any,
) -> HttpResponse:
    """This function will show a form and, once it is sent and makes sense, act.

    `act` calls the service and returns what to tell; then the way leads `back`. Where there is more
    to tell, it returns a page. What the service refuses is shown in the form, and nothing has
    happened. A form that was not sent is not bound.
    """
    if form.is_valid():
        try:
            done = act()
        except CommerceError as refusal:
            form.add_error(None, refusal.in_words)
        else:
            if isinstance(done, HttpResponse):
                return done
            page.message_user(request, done, messages.SUCCESS)
            return HttpResponseRedirect(back)
    shown = {
        **page.admin_site.each_context(request),
        "title": title,
        "opts": page.opts,
        "form": form,
        "intro": intro,
        "submit": submit,
        "back": back,
        **context,
    }
    return TemplateResponse(request, template, shown)
