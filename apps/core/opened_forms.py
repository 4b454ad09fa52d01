"""What a form showed when it was opened: kept in the page, and compared with what is there now.

So whoever saves over somebody else's change is told what that was, and of what they did not touch
themselves nothing is written over.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone

# A longer text is remembered by its digest alone: the page is not to carry it twice.
_LONGEST = 2_000
_DIGEST = "sha256:"
_OPENED_AT = ""
_SURROGATES = re.compile("[\ud800-\udfff]")
# What is no answer of a person's, and what is never shown again.
_SILENT = (forms.FileField,)
_MACHINERY = frozenset({"seen", "opened", "DELETE", "ORDER"})

Plain = str | list[str]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A field that somebody else has changed. `mine` is `None` where nothing was typed."""

    field: str
    opened: str
    theirs: str
    mine: str | None
    row: str = ""


def plain(value: Any) -> Plain:
    """This function will return a value of a form so that two that mean the same are equal."""
    if isinstance(value, Iterable) and not isinstance(value, str | Mapping):
        return [_text(member) for member in value] or ""
    return _short(_text(value))


def _text(value: Any) -> str:
    match value:
        case None:
            text = ""
        case Model():
            text = str(value.pk)
        case Mapping():
            text = json.dumps(value, sort_keys=True, default=str) if value else ""
        case Decimal():
            text = f"{value.normalize():f}" if value else "0"
        case datetime():
            text = value.astimezone(UTC).isoformat(timespec="seconds")
        case _:
            text = str(value).replace("\r\n", "\n").strip()
    return text


def _is_plain(value: Any) -> bool:
    """Our pages write text that can be shown again; what was forged may be anything."""
    texts = value if isinstance(value, list) else [value]
    return all(isinstance(one, str) and not _SURROGATES.search(one) for one in texts)


def _short(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return _DIGEST + sha256(text.encode("utf-8", "replace")).hexdigest()


class OpenedForm(forms.ModelForm):
    """A form that carries what it showed. Where the page does not, it is compared with the row."""

    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._before = {
            field.attname: self.instance.__dict__.get(field.attname)
            for field in self.instance._meta.concrete_fields
        }
        self.fields["opened"].initial = self._written if self.instance.pk else None

    def name_inputs(self) -> None:
        """This function will give each input of a row a name of its own: the head of a column is
        no label."""
        row = str(self.instance) if self.instance.pk else "a new row"
        for name, field in self.fields.items():
            label = field.label or name.replace("_", " ").capitalize()
            field.widget.attrs.setdefault("aria-label", f"{label} of {row}")

    @cached_property
    def changed_data(self) -> list[str]:
        """This function will name what was changed since the form was opened, by who sent it."""
        names = [name for name in super().changed_data if name not in {"seen", "opened"}]
        return [name for name in names if self.given(name) != self.shown_then.get(name, object())]

    @cached_property
    def shown_then(self) -> dict[str, Plain]:
        """What the form showed when it was opened; empty where nobody knows, and of a new row: all
        that is typed of it is new."""
        may_know = self.is_bound and self.instance.pk
        told = self.data.get(self.add_prefix("opened"), "") if may_know else ""
        try:
            shown = json.loads(told)
        except (ValueError, RecursionError):
            return {}
        if not isinstance(shown, dict):
            return {}
        return {name: value for name, value in shown.items() if _is_plain(value)}

    @property
    def opened_at(self) -> datetime | None:
        """When the form was opened, as its page says."""
        try:
            at = datetime.fromisoformat(str(self.shown_then[_OPENED_AT]))
            return at.astimezone(UTC) if at.tzinfo else None
        except (KeyError, ValueError, OverflowError):
            return None

    @property
    def shown_now(self) -> dict[str, Plain]:
        """What the form would show now."""
        return {name: self._plain(name, self[name].initial) for name in self._compared}

    def given(self, name: str) -> Plain | None:
        """This function will return what was sent for a field; `None` when it makes no sense."""
        bound, field = self[name], self.fields[name]
        if name not in self._compared:
            return None
        try:
            return self._plain(name, field.clean(bound.data))
        except ValidationError:
            return None

    def is_overtaken(self, row: Model) -> bool:
        """This function will tell whether a row, as it now is, is not what the form showed."""
        now = {
            field.name: self._plain(field.name, field.value_from_object(row))
            for field in row._meta.fields
            if field.name in self._compared
        }
        return any(self.shown_then.get(name, value) != value for name, value in now.items())

    def differences(self, *, row: str = "") -> list[Difference]:
        """This function will tell what is not as it was when the form was opened."""
        then, now = self.shown_then, self.shown_now
        return [
            Difference(
                field=str(self[name].label),
                opened=self._in_words(name, then[name]),
                theirs=self._in_words(name, value),
                mine=self._mine(name),
                row=row,
            )
            for name, value in now.items()
            if name in then and then[name] != value
        ]

    def take_back_what_was_not_changed(self) -> None:
        """This function will leave on the row only what was changed: the rest of what was sent is
        as old as the page."""
        for field in self.instance._meta.concrete_fields:
            if field.name in self.fields and field.name not in self.changed_data:
                setattr(self.instance, field.attname, self._before[field.attname])

    def _written(self) -> str:
        return json.dumps({_OPENED_AT: timezone.now().isoformat()} | self.shown_now)

    @property
    def _compared(self) -> list[str]:
        return [
            name
            for name, field in self.fields.items()
            if name not in _MACHINERY
            and not field.disabled
            and not isinstance(field, _SILENT)
            and not (self._meta.model and name == self._meta.model._meta.pk.name)
            and not isinstance(field.widget, forms.PasswordInput)
        ]

    def _plain(self, name: str, value: Any) -> Plain:
        found = plain(value)
        several = isinstance(self.fields[name], forms.ModelMultipleChoiceField)
        return sorted(found) if several and isinstance(found, list) else found

    def _mine(self, name: str) -> str | None:
        if name not in self.changed_data:
            return None
        given = self.given(name)
        return str(self[name].data or "") if given is None else self._in_words(name, given)

    def _in_words(self, name: str, value: Any) -> str:
        field = self.fields[name]
        if isinstance(field, forms.BooleanField):
            return "Yes" if value == "True" else "No"
        if isinstance(field, forms.ModelChoiceField):
            return _named(field, value if isinstance(value, list) else [value])
        if isinstance(field, forms.ChoiceField):
            labels = dict(_flat(field.choices))
            chosen = value if isinstance(value, list) else [value] if value else []
            return ", ".join(str(labels.get(one, one)) for one in chosen)
        if isinstance(value, list):
            return ", ".join(map(str, value))
        text = str(value)
        return "(a long text)" if text.startswith(_DIGEST) else text


def _named(field: forms.ModelChoiceField, keys: list[Any]) -> str:
    """What the keys stand for; they come from a page, so they may be anything."""
    known = [key for key in keys if str(key).isascii() and str(key).isdecimal()][:100]
    known = [key for key in known if len(str(key)) < 18]
    rows = field.queryset.filter(pk__in=known) if field.queryset is not None and known else ()
    return ", ".join(sorted(map(str, rows)))


def _flat(choices: Any) -> Iterable[tuple[str, Any]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(key), label
