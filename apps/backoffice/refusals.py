"""What the staff site does not let somebody do, told on a page with a way back. Elsewhere, and to
programs, it is told as the API tells it."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from apps.core import problems

_FOR_STAFF, _FOR_ANYBODY = "admin/base_site.html", "unfold/layouts/unauthenticated.html"


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """This function will be Django's `handler403`."""
    return _told(
        request,
        problems.permission_denied(request, exception),
        title="You may not do this",
        words="None of your roles allows it. Who manages the staff of this shop can give you one.",
    )


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """This function will be Django's `handler404`."""
    return _told(
        request,
        problems.page_not_found(request, exception),
        title="Nothing is here",
        words="The address is not right, or what was here is gone.",
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """This function will be Django's `CSRF_FAILURE_VIEW`."""
    return _told(
        request,
        problems.csrf_failure(request, reason),
        title="This form is too old",
        words="You have logged in or out since it was opened, or it is not from this site. Nothing "
        "was done: open the page again.",
    )


def _told(request: HttpRequest, answer: HttpResponse, *, title: str, words: str) -> HttpResponse:
    of_site = request.path.startswith(reverse("admin:index"))
    if not of_site or "text/html" not in request.headers.get("Accept", ""):
        return answer
    layout = _FOR_STAFF if admin.site.has_permission(request) else _FOR_ANYBODY
    shown = {**admin.site.each_context(request), "layout": layout, "title": title, "words": words}
    return render(request, "admin/refusal.html", shown, status=answer.status_code)
