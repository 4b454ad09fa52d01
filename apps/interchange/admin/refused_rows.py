"""Sending refused rows."""

from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect, StreamingHttpResponse
from django.utils.http import content_disposition_header
from unfold.admin import ModelAdmin

from apps.core.errors import CommerceError


def sent_refused(
    page: ModelAdmin,
    request: HttpRequest,
    pieces: Callable[..., Iterator[bytes]],
    *,
    about: str,
    back: str,
) -> StreamingHttpResponse | HttpResponseRedirect:
    """This function will send a file of refused rows, named after its input, or say why there is
    none and lead back."""
    try:
        content = pieces(by=request.user)
    except CommerceError as refusal:
        page.message_user(request, refusal.in_words, messages.ERROR)
        return HttpResponseRedirect(back)
    name = PurePath(about.removesuffix(".gz") or "import.csv")
    named: Any = content_disposition_header(True, f"{name.stem}.refused{name.suffix or '.csv'}")
    response = StreamingHttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = named
    return response
