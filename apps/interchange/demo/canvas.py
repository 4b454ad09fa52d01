"""Paints motifs on a canvas larger than the picture, so that their edges come out soft."""

from dataclasses import dataclass
from io import BytesIO
from math import cos, radians, sin

from PIL import Image, ImageChops, ImageDraw

from apps.interchange.demo.motifs import SIDE, Motif, Outline, Point, Shape
from apps.interchange.demo.palette import Colour

PIXELS = 800
OVERSAMPLING = 2
CANVAS = PIXELS * OVERSAMPLING
UNIT = CANVAS / SIDE
SHADOW_SHIFT = 1.3
CASTS_NO_SHADOW = {"ground", "glow", "shade", "shadow"}


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where the square of a motif comes to lie on the canvas, and how large and turned it is."""

    scale: float
    dx: float
    dy: float
    tilt: float

    def place(self, outline: Outline) -> list[Point]:
        """This function will turn, scale and move an outline, from motif units to pixels."""
        sine, cosine = (turn(radians(self.tilt)) * self.scale * UNIT for turn in (sin, cos))
        middle = SIDE / 2
        left, top = (middle + self.dx) * UNIT, (middle + self.dy) * UNIT
        return [
            Point(
                left + (x - middle) * cosine - (y - middle) * sine,
                top + (x - middle) * sine + (y - middle) * cosine,
            )
            for x, y in outline
        ]


class Canvas:
    """A square of one ground colour that motifs are painted on in the tones of one thing."""

    def __init__(self, *, tones: dict[str, Colour]) -> None:
        self.tones = tones
        self.image = Image.new("RGB", (CANVAS, CANVAS), tones["ground"])

    def paint(self, motif: Motif, *, scale: float = 1, dx: float = 0, dy: float = 0) -> None:
        """This function will paint a motif; what hangs or lies flat casts its shadow first."""
        if motif.rests in {"wall", "flat"}:
            shift = SHADOW_SHIFT * scale
            place = Placement(scale=scale, dx=dx + shift, dy=dy + shift, tilt=motif.tilt)
            for shape in motif.shapes:
                if shape.tone not in CASTS_NO_SHADOW:
                    self._fill(shape, place, self.tones["cast"])
        place = Placement(scale=scale, dx=dx, dy=dy, tilt=motif.tilt)
        for shape in motif.shapes:
            self._fill(shape, place, self.tones[shape.tone])
            self._fill_inlays(shape, place)

    def to_png(self) -> bytes:
        """This function will return the picture, its edges soft."""
        encoded = BytesIO()
        self.image.reduce(OVERSAMPLING).save(encoded, "PNG", compress_level=4)
        return encoded.getvalue()

    def _fill(self, shape: Shape, place: Placement, colour: Colour) -> None:
        blending = "RGBA" if len(colour) == 4 else "RGB"
        _trace(ImageDraw.Draw(self.image, blending), shape, place, colour)

    def _fill_inlays(self, shape: Shape, place: Placement) -> None:
        if not shape.inlays:
            return
        stencil = _stencil(shape, place, opacity=255)
        area = stencil.getbbox()
        for inlay in shape.inlays:
            red, green, blue, opacity = (*self.tones[inlay.tone], 255)[:4]
            cut = _stencil(inlay, place, opacity=opacity).crop(area)
            mask = ImageChops.multiply(stencil.crop(area), cut)
            self.image.paste((red, green, blue), area, mask)


def _stencil(shape: Shape, place: Placement, *, opacity: int) -> Image.Image:
    stencil = Image.new("L", (CANVAS, CANVAS))
    _trace(ImageDraw.Draw(stencil), shape, place, opacity)
    return stencil


def _trace(draw: ImageDraw.ImageDraw, shape: Shape, place: Placement, colour: Colour | int) -> None:
    stroke = round(shape.width * place.scale * UNIT)
    for points in map(place.place, shape.outlines):
        if stroke:
            draw.line(points, colour, stroke, joint="curve")
            for end in (points[0], points[-1]):
                draw.circle(end, stroke / 2, colour)
        else:
            draw.polygon(points, colour)
