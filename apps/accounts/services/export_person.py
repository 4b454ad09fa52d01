"""Telling somebody all that is held about them."""

import json
from collections.abc import Iterator

from django.core.serializers.json import DjangoJSONEncoder

from apps.accounts.data_registry import sections
from apps.accounts.models import User

_ENCODER = DjangoJSONEncoder(ensure_ascii=False)


def export_person(*, person: User) -> Iterator[str]:
    """This function will return a JSON document piece by piece, so that it may be of any length.

    It is one object: a list of rows for each section that the apps have registered.
    """
    for place, section in enumerate(sections()):
        yield f"{',' if place else '{'}\n{json.dumps(section.name)}: ["
        for row_place, row in enumerate(section.rows(person)):
            yield f"{',' if row_place else ''}\n{_ENCODER.encode(row)}"
        yield "]"
    yield "\n}\n"
