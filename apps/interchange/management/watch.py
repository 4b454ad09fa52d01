"""Telling of an import while it runs."""

from typing import Any, Self

from django.core.management.base import OutputWrapper
from tqdm import tqdm

from apps.interchange.report import MOST_REFUSALS, Outcome, Result


class Plain:
    """The error output without the line ends and colours that commands add to what they write."""

    def __init__(self, err: OutputWrapper) -> None:
        self._err = err

    def write(self, text: str) -> None:
        """This function will write a text as it is."""
        self._err.write(text, style_func=str, ending="")

    def flush(self) -> None:
        """This function will have it seen."""
        self._err.flush()


def progress_bar(err: OutputWrapper, *, noun: str, total: int | None = None) -> "tqdm[Any]":
    """This function will begin a progress bar where the error output is a terminal."""
    return tqdm(
        total=total,
        unit=f" {noun}",
        file=Plain(err),
        disable=not err.isatty(),
        ncols=79,
        leave=False,
    )


class Watch:
    """A progress bar where the error output is a terminal; the first refusals, and what was asked.

    The bar counts records: how many a file holds is not known before it was read.
    """

    def __init__(
        self,
        *,
        out: OutputWrapper,
        err: OutputWrapper,
        tell: set[Result],
        noun: str,
    ) -> None:
        self._out, self._err, self._tell = out, err, tell
        self._refused = 0
        self._bar = progress_bar(err, noun=noun)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()
        if self._refused > MOST_REFUSALS:
            self._err.write(f"… and {self._refused - MOST_REFUSALS:,} more")

    def __call__(self, outcome: Outcome) -> None:
        """This function will tell of one outcome."""
        if outcome.result is Result.REFUSED:
            self._refused += 1
            if self._refused <= MOST_REFUSALS:
                self._bar.clear()
                for fault in outcome.faults:
                    self._err.write(f"refused {outcome.key or 'a row'}: {fault}")
        if outcome.result in self._tell:
            self._bar.clear()
            self._out.write(f"{outcome.result} {outcome.key}")
        self._bar.update()
