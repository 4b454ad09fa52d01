"""Which rows lie in the audit database: the records, and nothing else."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model

AUDIT = "audit"
_MODEL = "auditrecord"


class AuditRouter:
    """Records are in a database of their own, and nothing refers to them or from them."""

    def db_for_read(self, model: type[Model], **_: Any) -> str:
        """This function will return where rows are read."""
        return _place_of(model._meta.model_name)

    def db_for_write(self, model: type[Model], **_: Any) -> str:
        """This function will return where rows are written."""
        return _place_of(model._meta.model_name)

    def allow_relation(self, one: Model, other: Model, **_: Any) -> bool:
        """This function will refuse what would refer from one database to the other."""
        return _place_of(one._meta.model_name) == _place_of(other._meta.model_name)

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **_: Any
    ) -> bool:
        """This function will tell where a step of a migration is taken. One that is about no model
        is for the default database, unless its hints name the record's `model_name`."""
        return db == _place_of(model_name)


def _place_of(model_name: str | None) -> str:
    return AUDIT if model_name == _MODEL else DEFAULT_DB_ALIAS
