"""Parameters as Stripe checks them: what is unknown is refused, like what is missing or wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.stripe_double.errors import Refused, wrong_parameter

Check = Callable[[Any, str], Any]


@dataclass(frozen=True)
class Shape:
    """The parameters of one operation.

    `beyond` names parameters that Stripe knows and this double does not model: to ignore them would
    let a test pass for nothing, so they are refused, each by its name.
    """

    checks: Mapping[str, Check]
    required: tuple[str, ...] = ()
    beyond: frozenset[str] = frozenset()

    def read(self, given: Mapping[str, Any], inside: str = "") -> dict[str, Any]:
        """This function will return the parameters as values."""
        self._refuse_strangers(given, inside)
        for name in self.required:
            if name not in given:
                param = _nested(inside, name)
                raise wrong_parameter(
                    f"Missing required param: {param}.", param, "parameter_missing"
                )
        return {
            name: self.checks[name](value, _nested(inside, name)) for name, value in given.items()
        }

    def _refuse_strangers(self, given: Mapping[str, Any], inside: str) -> None:
        strangers = [name for name in given if name not in self.checks]
        for name in strangers:
            if name in self.beyond:
                message = f"The double does not model the parameter {name}."
                raise wrong_parameter(message, name, "double_not_modelled")
        if strangers:
            names = [_nested(inside, name) for name in strangers]
            word = "parameter" if len(names) == 1 else "parameters"
            message = f"Received unknown {word}: {', '.join(names)}"
            raise wrong_parameter(message, names[0], "parameter_unknown")


def _nested(inside: str, name: str) -> str:
    return f"{inside}[{name}]" if inside else name


def integer(minimum: int = 0, maximum: int = 99_999_999) -> Check:
    """This function will return a check for whole numbers."""

    def check(value: Any, param: str) -> int:
        text = _filled(value, param)
        if not text.removeprefix("-").isascii() or not text.removeprefix("-").isdigit():
            raise wrong_parameter(f"Invalid integer: {text}", param, "parameter_invalid_integer")
        number = int(text)
        if number < minimum:
            message = f"This value must be greater than or equal to {minimum}."
            raise wrong_parameter(message, param, "parameter_invalid_integer")
        if number > maximum:
            message = f"Amount must be no more than {maximum}"
            raise wrong_parameter(message, param, "amount_too_large")
        return number

    return check


def boolean(value: Any, param: str) -> bool:
    """This function will check a truth value."""
    text = _filled(value, param)
    if text not in {"true", "false"}:
        raise wrong_parameter(f"Invalid boolean: {text}", param)
    return text == "true"


def text(maximum: int = 5000) -> Check:
    """This function will return a check for texts that are not empty."""

    def check(value: Any, param: str) -> str:
        content = _filled(value, param)
        if len(content) > maximum:
            message = f"Invalid string: {content[:20]}...; must be at most {maximum} characters"
            raise wrong_parameter(message, param, "parameter_invalid_string")
        return content

    return check


def choice(*values: str) -> Check:
    """This function will return a check for one of some words."""

    def check(value: Any, param: str) -> str:
        content = _filled(value, param)
        if content not in values:
            allowed = ", ".join(values[:-1]) + f", or {values[-1]}"
            raise wrong_parameter(f"Invalid {param}: must be one of {allowed}", param)
        return content

    return check


def listing(each: Check) -> Check:
    """This function will return a check for a list."""

    def check(value: Any, param: str) -> list[Any]:
        if not isinstance(value, dict) or not all(name.isdigit() for name in value):
            raise wrong_parameter("Invalid array", param)
        ordered = sorted(value, key=int)
        return [each(value[name], f"{param}[{name}]") for name in ordered]

    return check


def mapping(shape: Shape) -> Check:
    """This function will return a check for a hash of known names."""

    def check(value: Any, param: str) -> dict[str, Any]:
        return shape.read(_hash(value, param), param)

    return check


def metadata(value: Any, param: str) -> dict[str, str]:
    """This function will check metadata: 50 keys of 40 characters, values of 500.

    An empty value takes a key away; an empty text takes them all, which is said by `{"": ""}`.
    """
    if value == "":
        return {"": ""}
    given = _hash(value, param)
    if len(given) > 50:
        raise wrong_parameter("Metadata can have up to 50 keys", param)
    for name, content in given.items():
        if len(name) > 40:
            message = f"Metadata keys can have up to 40 characters, but you passed in {len(name)}"
            raise wrong_parameter(message, param)
        if not isinstance(content, str) or len(content) > 500:
            message = "Metadata values can have up to 500 characters, but you passed in a value "
            raise wrong_parameter(f"{message}that is {len(content)} characters.", param)
    return dict(given)


def anything(value: Any, _param: str) -> Any:
    """This function will let any value pass: it is only given back, or of no consequence here."""
    return value


def _hash(value: Any, param: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise wrong_parameter("Invalid object", param)
    return value


def _filled(value: Any, param: str) -> str:
    if not isinstance(value, str):
        raise Refused(400, f"Invalid string: {value}", param=param, kept=False)
    if value == "":
        message = (
            f"You passed an empty string for '{param}'. We assume empty values are an attempt to "
            f"unset a parameter; however '{param}' cannot be unset. You should remove '{param}' "
            "from your request or supply a non-empty value."
        )
        raise wrong_parameter(message, param, "parameter_invalid_empty")
    return value
