"""Steps that migrations of several apps take alike."""

from typing import Any

from django.db import migrations

from apps.core.column_rewriting import Columns
from apps.core.encryption import decrypt, encrypt

# For steps that read or rewrite whole tables, however large these have become.
WITHOUT_HURRY = migrations.RunSQL("SET LOCAL statement_timeout = 0", migrations.RunSQL.noop)
# The same where each step is a transaction of its own, up to `IN_HURRY_AGAIN`. An index that is
# made beside writers waits for all of them; given up half-way, it lies about and cannot be used.
_PATIENT = "SET statement_timeout = 0; SET lock_timeout = 0"
_HURRIED = "RESET statement_timeout; RESET lock_timeout"
OUT_OF_HURRY = migrations.RunSQL(_PATIENT, _HURRIED)
IN_HURRY_AGAIN = migrations.RunSQL(_HURRIED, _PATIENT)

# A row that one transaction writes twice has its foreign keys looked at when that ends, and until
# then the table cannot be altered.
_LOOK = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"
FOREIGN_KEYS_CHECKED = migrations.RunSQL(_LOOK, _LOOK)


def encrypt_columns(table: str, *names: str) -> migrations.RunPython:
    """This function will return the step that encrypts text columns, and decrypts them backwards.

    It belongs behind the steps that make them columns of text, in the same migration.
    """
    columns = Columns(table=table, names=names)

    def forwards(*_: Any) -> None:
        for page in columns.pages():
            page.rewrite(encrypt)

    def backwards(*_: Any) -> None:
        for page in columns.pages():
            page.rewrite(decrypt)

    return migrations.RunPython(forwards, backwards)
