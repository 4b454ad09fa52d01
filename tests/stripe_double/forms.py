"""Form bodies with brackets: `metadata[order]=7&expand[0]=latest_charge`."""

import re
from typing import Any
from urllib.parse import parse_qsl

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


def decode_form(text: str) -> dict[str, Any]:
    """This function will return what a form says as nested dictionaries of strings.

    A list is a dictionary of its positions: only who reads it knows that it is to be a list.
    """
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        _put(tree, _path(name), value)
    return tree


def _path(name: str) -> list[str]:
    found = _NAME.fullmatch(name)
    if not found:
        return [name]
    return [found[1], *re.findall(r"\[([^\[\]]*)\]", found[2])]


def _put(tree: dict[str, Any], path: list[str], value: str) -> None:
    head, *rest = path
    head = head or str(len(tree))
    if not rest:
        tree[head] = value
        return
    branch = tree.get(head)
    if not isinstance(branch, dict):
        branch = tree[head] = {}
    _put(branch, rest, value)
