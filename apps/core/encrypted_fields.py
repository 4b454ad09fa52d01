"""Columns that are encrypted at rest: plain values in Python, ciphertext in the database."""

import json
from typing import Any

from django.core.exceptions import FieldError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from apps.core.encryption import decrypt, encrypt


class EncryptedTextField(models.TextField):
    """A text. Its ciphertext differs each time, so it can be neither compared nor sorted nor
    searched: look-ups go through a blind index beside it."""

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return None if prepared is None else encrypt(prepared)

    def from_db_value(self, value: str | None, *_: Any) -> Any:
        """This function will read a column."""
        return None if value is None else decrypt(value)

    def get_lookup(self, lookup_name: str) -> Any:
        """This function will refuse comparisons: they would find nothing, silently."""
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: look it up by its blind index")
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> Any:
        raise FieldError(f"{self.name} is encrypted: the database cannot look into it")


class EncryptedJSONField(EncryptedTextField):
    """A JSON value, encrypted as one text."""

    def get_prep_value(self, value: Any) -> Any:
        if value is None:
            return None
        return encrypt(json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False))

    def from_db_value(self, value: str | None, *_: Any) -> Any:
        """This function will read a column."""
        return None if value is None else json.loads(decrypt(value))

    def to_python(self, value: Any) -> Any:
        """This function will leave values as they are: a text is a JSON value too."""
        return value
