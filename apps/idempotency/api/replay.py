"""`Idempotency-Key` for view methods: the effect once, its answer as often as it is asked for."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.card_numbers import without_card_numbers
from apps.core.etags import entity_tag
from apps.core.retries import retry_conflicts
from apps.core.serializers import CARD_NUMBER_REFUSED
from apps.idempotency import services
from apps.idempotency.models import IdempotencyKey
from apps.idempotency.services import Claim

# Longer than a gateway call with its retries can take.
_HOLD = timedelta(seconds=60)
_KEPT_HEADERS = ("Location",)

Method = Callable[..., Response | HttpResponse]


def accepts_idempotency_key(method: Method) -> Method:
    """This function will let callers send a key to a view method that is one transaction.

    The method runs in a transaction of ours together with its key, and again after a deadlock.
    """
    return _in_one_transaction(method, required=False)


def requires_idempotency_key(method: Method) -> Method:
    """This function will demand a key for a view method that is one transaction."""
    return _in_one_transaction(method, required=True)


def requires_idempotency_key_across_transactions(method: Method) -> Method:
    """This function will demand a key for a view method that calls a gateway between transactions.

    The key is held before and answered after. When the process dies in between, the key is free
    again a minute later and the method runs again: its effect must be resumable by the key, which
    it finds in `request.idempotency_key`.
    """

    @wraps(method)
    def wrapper(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response | HttpResponse:
        claim = _claim(request, required=True)
        request.idempotency_key = claim.key  # type: ignore[attr-defined]
        with transaction.atomic():
            now = timezone.now()
            known = services.claim_key(claim=claim, now=now, held_until=now + _HOLD)
        if known:
            return _replay(known)
        try:
            response = method(view, request, *args, **kwargs)
        except Exception:
            services.release_key(claim=claim)
            raise
        with transaction.atomic():
            _remember(claim, response)
        return response

    return wrapper


def _in_one_transaction(method: Method, *, required: bool) -> Method:
    @wraps(method)
    @retry_conflicts
    def wrapper(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response | HttpResponse:
        with transaction.atomic():
            claim = _claim(request, required=required)
            if claim is None:
                return method(view, request, *args, **kwargs)
            if known := services.claim_key(claim=claim, now=timezone.now()):
                return _replay(known)
            response = method(view, request, *args, **kwargs)
            _remember(claim, response)
            return response

    return wrapper


def _claim(request: Request, *, required: bool) -> Any:
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        if required:
            _refuse("Send a key of your own making with this request.", "idempotency_key_required")
        return None
    if len(key) > 255 or not (key.isascii() and key.isprintable()):
        _refuse("At most 255 printable ASCII characters.", "idempotency_key_invalid")
    if without_card_numbers(key, instead="") != key:
        raise ValidationError({"Idempotency-Key": [CARD_NUMBER_REFUSED]})
    return Claim(
        store=request.store.public_id,
        caller=_caller(request),
        key=key,
        fingerprint=_fingerprint(request),
    )


def _refuse(detail: str, code: str) -> None:
    raise ValidationError({"Idempotency-Key": [detail]}, code=code)


def _caller(request: Request) -> str:
    """Keys of two callers never meet; a guest is known by the token of the cart, hashed."""
    if request.user.is_authenticated:
        kind = "user" if request.user.is_person else "key"
        return f"{kind}:{request.user.public_id}"
    return f"guest:{sha256(request.headers.get('X-Cart-Token', '').encode()).hexdigest()}"


def _fingerprint(request: Request) -> str:
    """Keyed, for a body may hold a password: a bare digest would let who reads the table guess."""
    body = json.dumps(request.data, sort_keys=True, default=_stand_in)
    what = f"{request.method} {request.path}\n{body}"
    return salted_hmac("idempotency.fingerprint", what, algorithm="sha256").hexdigest()


def _stand_in(value: Any) -> str:
    """What JSON cannot say: of an uploaded file, its content. Two pictures may have one name."""
    if not isinstance(value, UploadedFile):
        return str(value)
    content = sha256()
    for chunk in value.chunks():
        content.update(chunk)
    return content.hexdigest()


def _remember(claim: Claim, response: Response | HttpResponse) -> None:
    body = JSONRenderer().render(response.data)  # type: ignore[union-attr]
    headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
    if (version := getattr(response, "version", None)) is not None:
        headers["ETag"] = entity_tag(version=version, content=body)
    services.remember_answer(
        claim=claim, status=response.status_code, headers=headers, body=body.decode()
    )


def _replay(known: IdempotencyKey) -> HttpResponse:
    response = HttpResponse(known.body, status=known.status, content_type="application/json")
    for name, value in known.headers.items():
        response[name] = value
    response["Idempotent-Replayed"] = "true"
    return response
