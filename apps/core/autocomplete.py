"""Choosing a row by typing, from a list that is fetched meanwhile."""

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError


def _can_be(field: Any, key: str) -> bool:
    try:
        field.clean(key, None)
    except ValidationError:
        return False
    return True


class ForPossibleKeys:
    """Shows what is chosen already, and looks up no key that can be none: Django's own widget asks
    the database for whatever stands in an address or a form, such as `abc`."""

    field: Any

    def optgroups(self, name: str, value: list[Any], attr: Any = None) -> list[Any]:
        """This function will return the rows that are chosen, as far as their keys can be keys."""
        key = self.field.remote_field.model._meta.pk
        possible = [one for one in value if one in {None, ""} or _can_be(key, str(one))]
        return super().optgroups(name, possible, attr)  # type: ignore[misc, no-any-return]


class KeySelect(ForPossibleKeys, AutocompleteSelect):  # type: ignore[misc]
    """One row, or none."""


class KeySelectMultiple(  # type: ignore[misc]
    ForPossibleKeys, AutocompleteSelectMultiple
):
    """Any number of rows."""
