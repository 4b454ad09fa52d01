"""Every operation that the API's schema knows, read from the code and not from a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from drf_spectacular.generators import SchemaGenerator

_METHODS = ("get", "post", "put", "patch", "delete")


@cache
def schema() -> dict[str, Any]:
    """This function will build the schema as `manage.py spectacular` does."""
    return SchemaGenerator().get_schema(request=None, public=True)


@dataclass(frozen=True)
class Operation:
    """One method of one route."""

    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path.removeprefix('/api/v1')}"

    @cached_property
    def described(self) -> dict[str, Any]:
        """What the schema says of it."""
        return schema()["paths"][self.path][self.method.lower()]

    def names_in(self, place: str) -> list[str]:
        """This function will name its parameters in the path, the query or the headers."""
        return [one["name"] for one in self.described.get("parameters", []) if one["in"] == place]

    @cached_property
    def bodies(self) -> dict[str, dict[str, Any]]:
        """The schema of its body by content type."""
        content = self.described.get("requestBody", {}).get("content", {})
        return {kind: resolved(media["schema"]) for kind, media in content.items()}

    @property
    def is_list(self) -> bool:
        """Whether it answers with a page of things."""
        answer = self.described["responses"].get("200", {}).get("content", {})
        shape = resolved(answer.get("application/json", {}).get("schema", {}))
        return "results" in shape.get("properties", {})


def resolved(described: dict[str, Any]) -> dict[str, Any]:
    """This function will follow a reference to what it names."""
    wrapped = described.get("allOf", [])
    if len(wrapped) == 1:
        described = described | wrapped[0]
    if "$ref" not in described:
        return described
    return schema()["components"]["schemas"][described["$ref"].rpartition("/")[2]]


def operations() -> list[Operation]:
    """This function will list them all."""
    return [
        Operation(method.upper(), path)
        for path, item in schema()["paths"].items()
        for method in item
        if method in _METHODS
    ]


def body_properties(described: dict[str, Any]) -> Iterator[str]:
    """This function will name the properties of a body, those of what is in it too."""
    for name, property_ in described.get("properties", {}).items():
        yield name
        yield from body_properties(resolved(property_))
        yield from body_properties(resolved(resolved(property_).get("items", {})))
