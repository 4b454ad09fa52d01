"""Draws the demo shop's product pictures, so that none of them has to be stored or licensed."""

import csv
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from zlib import crc32

from apps.interchange.demo.canvas import Canvas
from apps.interchange.demo.motifs import read_motifs
from apps.interchange.demo.palette import PALETTE, mix_tones

PRODUCTS = Path(__file__).with_name("products.csv")
DRAWING_COLUMN = "Drawing (product.metafields.demo.drawing)"
BACKDROPS_EACH = 3

# What a picture shows, by the last word of its file name: the thing once or more, back to front.
SCENES: dict[str, list[dict[str, float]]] = {
    "": [{"scale": 1}],
    "pair": [{"scale": 0.66, "dx": -17, "dy": -3}, {"scale": 0.74, "dx": 15, "dy": 7}],
    "detail": [{"scale": 1.75, "dx": 6, "dy": 6}],
}


def picture_for(path: str) -> bytes:
    """This function will return the PNG for an `Image Src` of the demo file.

    Raises:
        FileNotFoundError: no row of the demo file names that picture.
    """
    drawing = _read_drawings().get(path)
    if drawing is None:
        raise FileNotFoundError(path)
    return draw_product_picture(**drawing)


def draw_product_picture(*, name: str, motif: str, colour: str, scene: str = "") -> bytes:
    """This function will draw a product and return the picture as a PNG, 800 pixels square.

    Equal arguments give equal bytes. `name` decides the backdrop, `motif` is one of `motifs.txt`,
    `colour` one of `PALETTE`, `scene` one of `SCENES`.
    """
    motifs = read_motifs()
    thing = motifs[motif]
    canvas = Canvas(tones=mix_tones(colour))
    canvas.paint(motifs[f"{thing.rests}-{crc32(name.encode()) % BACKDROPS_EACH}"])
    for place in SCENES[scene]:
        canvas.paint(thing, **place)
    return canvas.to_png()


@cache
def _read_drawings() -> dict[str, dict[str, str]]:
    with PRODUCTS.open(encoding="utf-8", newline="") as lines:
        return dict(_drawings(csv.DictReader(lines)))


def _drawings(rows: Iterable[dict[str, str]]) -> Iterator[tuple[str, dict[str, str]]]:
    """Tell what each picture shows.

    A product's first row says its motif and colour; the end of a picture's name says another
    colour or a scene.
    """
    for row in rows:
        if drawing := row[DRAWING_COLUMN]:
            motif, colour = drawing.split()
        if path := row["Image Src"]:
            view = PurePosixPath(path).stem.removeprefix(row["Handle"]).removeprefix("-")
            look = {"colour": view} if view in PALETTE else {"colour": colour, "scene": view}
            yield path, {"name": row["Handle"], "motif": motif, **look}
