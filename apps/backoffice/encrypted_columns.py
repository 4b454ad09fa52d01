"""Which columns of which tables are encrypted: the models tell."""

from collections.abc import Iterator

from django.apps import apps
from django.db import router

from apps.core.column_rewriting import Columns
from apps.core.encrypted_fields import encrypted_fields_of


def encrypted_columns() -> Iterator[Columns]:
    """This function will name the encrypted columns, table by table."""
    for model in apps.get_models():
        names = encrypted_fields_of(model)
        if model._meta.managed and not model._meta.proxy and names:
            fields = [model._meta.get_field(name) for name in names]
            yield Columns(
                table=model._meta.db_table,
                names=[str(field.column) for field in fields],
                key=str(model._meta.pk.column),
                using=router.db_for_write(model),
            )
