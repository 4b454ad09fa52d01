"""Reads `motifs.txt`: the outlines of everything the demo shop sells, on a square of 100 by 100."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import count, takewhile
from math import cos, pi, sin
from pathlib import Path
from typing import NamedTuple

MOTIFS = Path(__file__).with_name("motifs.txt")
SIDE = 100
CURVE_STEPS = 14
OVAL_STEPS = 72


class Point(NamedTuple):
    x: float
    y: float


class Knot(NamedTuple):
    """A point of an outline; one that bends is the control point of a quadratic curve."""

    point: Point
    bends: bool


Outline = tuple[Point, ...]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Outlines of one tone, filled or stroked where `width` is set, and what is cut to them."""

    tone: str
    outlines: tuple[Outline, ...]
    width: float
    inlays: list["Shape"] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Motif:
    """A thing to draw: where it rests (table, wall or flat) and its shapes from back to front."""

    rests: str
    tilt: float
    shapes: tuple[Shape, ...]


@cache
def read_motifs() -> dict[str, Motif]:
    """This function will return every motif of `motifs.txt` by its name, read once a process."""
    lines = MOTIFS.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("#"))
    return dict(_read_motif(block) for block in text.strip().split("\n\n"))


def _read_motif(block: str) -> tuple[str, Motif]:
    header, *lines = block.splitlines()
    name, rests, *tilt = header.split()
    shapes: list[Shape] = []
    for kind, *words in (line.split() for line in lines):
        beside = shapes[-1].inlays if kind.startswith("+") else shapes
        beside.append(_read_shape(kind.removeprefix("+"), words))
    return name, Motif(rests=rests, tilt=float(*tilt), shapes=tuple(shapes))


def _read_shape(kind: str, words: list[str]) -> Shape:
    tone, *values = words
    width = float(values.pop(STROKED[kind])) if kind in STROKED else 0
    return Shape(tone=tone, outlines=tuple(DRAWN[kind](values)), width=width)


def _form(values: list[str]) -> Iterator[Outline]:
    knots = _knots(values)
    yield _flatten([*knots, knots[0]])


def _even(values: list[str]) -> Iterator[Outline]:
    left = _knots(values)
    right = [Knot(Point(SIDE - x, y), bends) for (x, y), bends in reversed(left)]
    yield _flatten([*left, *right, left[0]])


def _line(values: list[str]) -> Iterator[Outline]:
    yield _flatten(_knots(values))


def _box(values: list[str]) -> Iterator[Outline]:
    left, top, right, bottom, *radius = map(float, values)
    yield _rectangle(left, top, right, bottom, radius[0] if radius else 0)


def _oval(values: list[str]) -> Iterator[Outline]:
    yield _ellipse(*map(float, values), steps=OVAL_STEPS)


def _rows(values: list[str]) -> Iterator[Outline]:
    first, step, height = map(float, values)
    for top in _grid(first, step):
        yield _rectangle(0, top, SIDE, top + height, 0)


def _columns(values: list[str]) -> Iterator[Outline]:
    first, step, width = map(float, values)
    for left in _grid(first, step):
        yield _rectangle(left, 0, left + width, SIDE, 0)


def _dots(values: list[str]) -> Iterator[Outline]:
    """Specks on a grid, each shifted and scaled by its place so that the grid does not show."""
    step, radius = map(float, values)
    for row, y in enumerate(_grid(0, step)):
        for column, x in enumerate(_grid(0, step)):
            chance = (row * 37 + column * 61 + row * column * 17) % 23 / 23
            speck = radius * (0.5 + chance)
            centre = x + step * chance, y + step * (chance * 7 % 1)
            yield _ellipse(*centre, speck, speck, steps=8)


def _grid(first: float, step: float) -> Iterator[float]:
    return takewhile(lambda place: place < SIDE, count(first, step))


def _rectangle(left: float, top: float, right: float, bottom: float, radius: float) -> Outline:
    inward = [
        (1, 1, left, top),
        (-1, 1, right, top),
        (-1, -1, right, bottom),
        (1, -1, left, bottom),
    ]
    if not radius:
        return tuple(Point(x, y) for _, _, x, y in inward)
    knots = []
    for dx, dy, x, y in inward:
        ends = [Knot(Point(x, y + dy * radius), False), Knot(Point(x + dx * radius, y), False)]
        before, after = ends if dx == dy else reversed(ends)
        knots += [before, Knot(Point(x, y), True), after]
    return _flatten([*knots, knots[0]])


def _ellipse(x: float, y: float, rx: float, ry: float, *, steps: int) -> Outline:
    turns = (2 * pi * step / steps for step in range(steps + 1))
    return tuple(Point(x + rx * cos(turn), y + ry * sin(turn)) for turn in turns)


def _knots(values: list[str]) -> list[Knot]:
    """Read `12,30` as a corner and `~12,30` as a control point."""
    return [
        Knot(Point(*map(float, value.removeprefix("~").split(","))), value.startswith("~"))
        for value in values
    ]


def _flatten(knots: list[Knot]) -> Outline:
    """Turn knots into plain points; a corner lies halfway between two control points in a row."""
    points, control = [knots[0].point], None
    for point, bends in knots[1:]:
        if control is None:
            points += [] if bends else [point]
        else:
            end = Point((control.x + point.x) / 2, (control.y + point.y) / 2) if bends else point
            points += _curve(points[-1], control, end)
        control = point if bends else None
    return tuple(points)


def _curve(start: Point, control: Point, end: Point) -> Iterator[Point]:
    for step in range(1, CURVE_STEPS + 1):
        t = step / CURVE_STEPS
        before, middle, after = (1 - t) ** 2, 2 * t * (1 - t), t**2
        yield Point(
            before * start.x + middle * control.x + after * end.x,
            before * start.y + middle * control.y + after * end.y,
        )


STROKED = {"line": 0, "ring": -1}
DRAWN: dict[str, Callable[[list[str]], Iterator[Outline]]] = {
    "form": _form,
    "even": _even,
    "line": _line,
    "box": _box,
    "oval": _oval,
    "ring": _oval,
    "rows": _rows,
    "columns": _columns,
    "dots": _dots,
}
