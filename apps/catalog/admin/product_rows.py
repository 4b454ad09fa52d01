"""Rows below a product: the first of them, and those that a page sends back."""

from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from unfold.forms import PaginationInlineFormSet

# So many are edited on the page of their product; all of them are in the list of their own.
MOST_ROWS = 50
_MOST_SENT = 1_000


class FirstRows(PaginationInlineFormSet):
    """Whatever others add, move or take away meanwhile, a row that is sent is the one that was
    shown. One that is gone is left out: that somebody took it away is told by the product."""

    def __init__(
        self,
        *args: Any,
        data: QueryDict | None = None,
        files: Any = None,
        prefix: str,
        queryset: Any,
        instance: Any,
        **kwargs: Any,
    ) -> None:
        rows = queryset.filter(product_id=instance.pk)
        if data is None:
            found = list(rows[: MOST_ROWS + 1]) if instance.pk else []
            self.is_cut = len(found) > MOST_ROWS
            found = found[:MOST_ROWS]
        else:
            sent = _keys_in(data, prefix)
            known = {one.pk: one for one in rows.filter(pk__in=[key for key in sent if key])}
            self.is_cut = False
            found = [known[key] for key in dict.fromkeys(sent) if key in known]
            places = _places(data, prefix, sent, set(known))
            files = _moved(files, prefix, places) if files else files
            data = _moved(data, prefix, places)
            data[f"{prefix}-INITIAL_FORMS"] = str(len(found))
            data[f"{prefix}-TOTAL_FORMS"] = str(len(places))
        kwargs |= {"prefix": prefix, "queryset": queryset, "save_as_new": False}
        super().__init__(*args, data=data, files=files, instance=instance, **kwargs)
        self._queryset = found


def _keys_in(data: QueryDict, prefix: str) -> list[int | None]:
    """The key that each row claims to have, in the order of the page."""
    given = (data.get(f"{prefix}-{at}-id", "") for at in range(_number(data, prefix, "INITIAL")))
    return [int(key) if _is_number(key) else None for key in given]


def _number(data: QueryDict, prefix: str, which: str) -> int:
    """How many rows of a kind are sent, and never more than a page has."""
    told = data.get(f"{prefix}-{which}_FORMS", "")
    return min(int(told), MOST_ROWS) if _is_number(told) else 0


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 18


def _places(
    data: QueryDict, prefix: str, sent: list[int | None], known: set[int]
) -> dict[int, int]:
    """Where each row stands once those that are gone, or come twice, are left out."""
    seen: set[int] = set()
    gone = set()
    for place, key in enumerate(sent):
        if key is None or key not in known or key in seen:
            gone.add(place)
        else:
            seen.add(key)
    total = data.get(f"{prefix}-TOTAL_FORMS", "")
    count = min(int(total), _MOST_SENT) if _is_number(total) else len(sent)
    stay = [place for place in range(max(count, len(sent))) if place not in gone]
    return {place: at for at, place in enumerate(stay)}


def _moved(sent: Any, prefix: str, places: dict[int, int]) -> Any:
    """What was sent, with each row at its new place."""
    moved = MultiValueDict() if not isinstance(sent, QueryDict) else QueryDict(mutable=True)
    for name, values in sent.lists():
        place, dash, rest = name.removeprefix(f"{prefix}-").partition("-")
        if not (name.startswith(f"{prefix}-") and dash and _is_number(place)):
            moved.setlist(name, values)
        elif int(place) in places:
            moved.setlist(f"{prefix}-{places[int(place)]}-{rest}", values)
    return moved
