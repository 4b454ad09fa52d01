"""Whose each row is, found by the foreign keys; and whether any of them has changed."""

from collections import deque
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, router
from django.db.models import Model, QuerySet

from apps.accounts.models import User
from apps.stores.models import Store

Fingerprint = dict[str, str]

# Tables of the whole installation: their rows are no store's.
NOBODYS = {
    "audit.AuditHead",  # how far the record of the whole installation goes
    "accounts.SigningKey",  # the tokens of all shops are signed with them
    "events.FeedReader",  # how far the reader of the whole installation's events has come
}


def our_models() -> Iterator[type[Model]]:
    """This function will return the models of the apps, those between two of them too. What lies
    in the audit database is written by no request."""
    for model in apps.get_models(include_auto_created=True):
        if model.__module__.startswith("apps.") and router.db_for_write(model) == "default":
            yield model


def way_to(model: type[Model], target: type[Model]) -> str | None:
    """This function will find the shortest look-up from a row to a store or to a person."""
    if model is target:
        return "pk"
    waiting: deque[tuple[type[Model], tuple[str, ...]]] = deque([(model, ())])
    seen = {model}
    while waiting:
        here, path = waiting.popleft()
        fields = [one for one in here._meta.concrete_fields if one.is_relation]
        for field in sorted(fields, key=lambda one: one.null):
            if field.related_model is target:
                return "__".join([*path, field.name])
            if field.related_model not in seen and field.related_model is not Store:
                seen.add(field.related_model)
                waiting.append((field.related_model, (*path, field.name)))
        if target is Store and any(one.name == "store" for one in here._meta.concrete_fields):
            return "__".join([*path, "store"])  # its public id, in the apps below
    return None


def rows_of(owner: Store | User) -> Iterator[tuple[type[Model], QuerySet[Any]]]:
    """This function will return what belongs to a store, or to a person, table by table."""
    for model in our_models():
        way = way_to(model, type(owner))
        if way is None:
            continue
        value: int | UUID = owner.pk
        if type(owner) is Store and _is_opaque(model, way):
            value = owner.public_id
        yield model, model._base_manager.filter(**{way: value})


def _is_opaque(model: type[Model], way: str) -> bool:
    if way == "pk":
        return False
    for name in way.split("__"):
        field = model._meta.get_field(name)
        if not field.is_relation:
            return True
        model = field.related_model
    return False


def ids_of(owner: Store | User) -> set[str]:
    """This function will return the public ids of all that is a store's, or a person's."""
    return {
        str(public_id)
        for model, rows in rows_of(owner)
        if any(field.name == "public_id" for field in model._meta.concrete_fields)
        for public_id in rows.values_list("public_id", flat=True)
    }


class Seal:
    """The state of some tables: all of every table, or what belongs to a store or a person."""

    def __init__(self, owner: Store | User | None = None) -> None:
        parts, self._values = [], []
        whole = ((model, None) for model in our_models())
        for model, rows in whole if owner is None else rows_of(owner):
            table, key = model._meta.db_table, model._meta.pk.column
            part = (
                f"SELECT '{model._meta.label}', md5(string_agg(t::text, ',' ORDER BY t.{key})) "
                f"FROM {table} AS t"
            )
            if rows is not None:
                statement, values = rows.values("pk").query.sql_with_params()
                part += f" WHERE t.{key} IN ({statement})"
                self._values += values
            parts.append(part)
        self._statement = " UNION ALL ".join(parts)

    def read(self) -> Fingerprint:
        """This function will return a digest of each table."""
        with connection.cursor() as cursor:
            cursor.execute(self._statement, self._values or None)
            return dict(cursor.fetchall())


def changed(before: Fingerprint, after: Fingerprint) -> list[str]:
    """This function will name the tables that are not what they were."""
    return [table for table in before if before[table] != after[table]]
