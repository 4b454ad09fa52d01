"""Columns that are encrypted at rest: plain values in Python, ciphertext in the database."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import FieldError
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.expressions import Col
from django.db.models.lookups import Exact, In

from apps.core.encryption import blind_index, decrypt, encrypt


class EncryptedTextField(models.TextField):
    """A text. Its ciphertext differs each time, so it can be neither compared nor sorted nor
    searched: look-ups go through a blind index beside it. No text stays no text: '' is ''."""

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return encrypt(prepared) if prepared else prepared

    def from_db_value(self, value: str | None, *_: Any) -> Any:
        """This function will read a column."""
        return decrypt(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        """This function will refuse comparisons: they would find nothing, silently."""
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: look it up by its blind index")
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> Any:
        raise FieldError(f"{self.name} is encrypted: the database cannot look into it")


class EncryptedLineField(EncryptedTextField):
    """One line of text, at most so long. The database sees no length: validators do."""

    def __init__(self, *args: Any, max_length: int, **kwargs: Any) -> None:
        kwargs["max_length"] = max_length
        super().__init__(*args, **kwargs)
        self.validators.append(MaxLengthValidator(max_length))

    def formfield(self, **kwargs: Any) -> Any:
        """This function will ask for it on one line."""
        return models.Field.formfield(self, **{"max_length": self.max_length, **kwargs})


class IndexedLineField(EncryptedLineField):
    """A line that is looked up whole, through the `BlindIndexField` of the name given: `exact`,
    `iexact` and `in` compare that one, and know no case."""

    def __init__(self, *args: Any, index: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.index = index

    def deconstruct(self) -> Any:
        """This function will tell migrations of the index, too."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "index": self.index}

    def get_lookup(self, lookup_name: str) -> Any:
        """This function will answer what the index can."""
        indexed = {"exact": _IndexIs, "iexact": _IndexIs, "in": _IndexIsAmong}
        return indexed.get(lookup_name) or super().get_lookup(lookup_name)


class BlindIndexField(models.CharField):
    """What stands for another, encrypted column where that is looked up. It follows that one by
    itself, and is null while that is empty."""

    def __init__(self, *args: Any, of: str, **kwargs: Any) -> None:
        options = {"max_length": 64, "null": True, "editable": False} | kwargs
        super().__init__(*args, **options)
        self.of = of

    def deconstruct(self) -> Any:
        """This function will tell migrations what it indexes."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    def index_of(self, text: str) -> str:
        """This function will return what is kept for a text."""
        return blind_index(text, purpose=self.of)

    def pre_save(self, model_instance: models.Model, add: bool) -> str | None:  # noqa: FBT001
        text = getattr(model_instance, self.of)
        index = self.index_of(text) if text else None
        setattr(model_instance, self.attname, index)
        return index


def encrypted_fields_of(model: type[models.Model], path: str = "") -> list[str]:
    """This function will name the encrypted columns of a model, along a path of relations that
    leads to it. Lists that do not show them leave them out: deciphering takes its time."""
    names = [
        field.name for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)
    ]
    return [f"{path}__{name}" for name in names] if path else names


def _index_of(column: Any) -> tuple[Col, Callable[[Any], str]]:
    indexed = column.target
    index: Any = indexed.model._meta.get_field(indexed.index)
    return Col(column.alias, index), lambda text: index.index_of(str(text))


class _IndexIs(Exact):  # type: ignore[type-arg]
    def __init__(self, lhs: Any, rhs: Any) -> None:
        column, index_of = _index_of(lhs)
        super().__init__(column, rhs if rhs is None else index_of(rhs))


class _IndexIsAmong(In):  # type: ignore[type-arg]
    def __init__(self, lhs: Any, rhs: Iterable[Any]) -> None:
        column, index_of = _index_of(lhs)
        super().__init__(column, [index_of(each) for each in rhs])


class EncryptedJSONField(EncryptedTextField):
    """A JSON value, encrypted as one text."""

    # What type checkers take it for.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

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
