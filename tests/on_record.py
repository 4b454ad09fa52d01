"""Every write of staff is on record: asked of each request that a test sends to the staff site."""

import re
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import connection
from django.http import HttpRequest, HttpResponse

from apps.core.request_id import current_request_id
from apps.events.actors import actor_reference

_WRITTEN = re.compile(r'\b(?:INSERT INTO|(?<!FOR )UPDATE|DELETE FROM)\s+"?(\w+)')
_SAVEPOINT = re.compile(r'^SAVEPOINT "?(\w+)')
_ROLLBACK = re.compile(r'^ROLLBACK TO SAVEPOINT "?(\w+)')
_ACTS = "SELECT count(*) FROM events_outboxevent WHERE request_id = %s AND actor = %s"
# What is no act of anybody's: how the site knows who is there, the record itself, and Django's own,
# which is written beside it.
_MACHINERY = {
    "accounts_secondfactor",
    "django_admin_log",
    "django_session",
    "events_delivery",
    "events_outboxevent",
    "idempotency_idempotencykey",
}


class NotOnRecord(AssertionError):
    """Something was written, and nothing says by whom."""


class EveryWriteIsOnRecord:
    """Middleware of the tests alone: whoever changes a row on the staff site publishes an event,
    which is what the audit log is made of."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/admin/"):
            return self.get_response(request)
        written = Written()
        with connection.execute_wrapper(written):
            response = self.get_response(request)
        if written.tables and not _told(request):
            raise NotOnRecord(f"{request.method} {request.path} wrote {written.tables}")
        return response


class Written:
    """The tables of which rows were written, but for what was rolled back."""

    def __init__(self) -> None:
        self._steps: list[tuple[str, str]] = []
        self._watched = {model._meta.db_table for model in apps.get_models()} - _MACHINERY

    @property
    def tables(self) -> list[str]:
        return sorted({name for kind, name in self._steps if kind == "table"})

    def __call__(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
    ) -> Any:
        result = execute(sql, params, many, context)
        text = str(sql)
        if point := _SAVEPOINT.match(text):
            self._steps.append(("point", point[1]))
        elif back := _ROLLBACK.match(text):
            del self._steps[self._steps.index(("point", back[1])) :]
        elif context["cursor"].rowcount:
            self._steps += [
                ("table", name) for name in _WRITTEN.findall(text) if name in self._watched
            ]
        return result


def _told(request: HttpRequest) -> bool:
    """Past Django: what a test counts is the statements of the project."""
    actor = actor_reference(request.user if request.user.is_authenticated else None)
    with connection.connection.cursor() as cursor:
        return bool(cursor.execute(_ACTS, [current_request_id(), actor]).fetchone()[0])
