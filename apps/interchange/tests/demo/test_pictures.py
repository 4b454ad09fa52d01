"""Every picture that the demo shop's product file names can be drawn."""

import csv
from collections import Counter
from io import BytesIO

import pytest
from PIL import Image

from apps.interchange.demo.motifs import read_motifs
from apps.interchange.demo.palette import PALETTE
from apps.interchange.demo.pictures import PRODUCTS, draw_product_picture, picture_for


def read_column(name: str) -> list[str]:
    with PRODUCTS.open(encoding="utf-8", newline="") as lines:
        return [row[name] for row in csv.DictReader(lines) if row[name]]


def test_names_one_to_four_pictures_for_each_product_all_with_an_alternative_text():
    with PRODUCTS.open(encoding="utf-8", newline="") as lines:
        shown = [row for row in csv.DictReader(lines) if row["Image Src"]]
    pictures_of = Counter(row["Handle"] for row in shown)

    assert len({row["Image Src"] for row in shown}) == len(shown) == 168
    assert all(row["Image Alt Text"] for row in shown)
    assert pictures_of.keys() == set(read_column("Handle"))
    assert max(pictures_of.values()) == 4


def test_shows_variants_in_pictures_of_their_own_product():
    with PRODUCTS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    shown = {(row["Handle"], row["Image Src"]) for row in rows}
    variants = [row for row in rows if row["Variant Image"]]

    assert len(variants) == 204
    assert all((row["Handle"], row["Variant Image"]) in shown for row in variants)


def test_draws_every_picture_of_the_file_small_enough_for_a_quick_page():
    for path in read_column("Image Src"):
        picture = picture_for(path)

        assert len(picture) < 40_000, path
        with Image.open(BytesIO(picture)) as image:
            assert (image.format, image.size) == ("PNG", (800, 800))


def test_draws_every_motif_that_a_product_names_and_has_none_to_spare():
    motifs = {name for name, motif in read_motifs().items() if motif.rests != "backdrop"}
    drawn = {
        drawing.split()[0] for drawing in read_column("Drawing (product.metafields.demo.drawing)")
    }

    assert motifs == drawn
    assert len(motifs) == 77


def test_draws_each_picture_differently():
    paths = read_column("Image Src")[:24]

    assert len({picture_for(path) for path in paths}) == 24


def test_draws_the_same_picture_every_time():
    assert picture_for("images/morning-mug-sage.png") == picture_for("images/morning-mug-sage.png")


def test_shows_the_colour_that_the_file_name_ends_in():
    picture = picture_for("images/cast-iron-casserole-forest.png")

    with Image.open(BytesIO(picture)) as image:
        assert image.getpixel((360, 520)) == (63, 95, 76)


def test_shows_a_product_in_the_colour_of_its_row_where_the_file_name_has_none():
    with Image.open(BytesIO(picture_for("images/copper-milk-pan.png"))) as image:
        assert image.getpixel((130, 344)) == (194, 123, 82)


def test_draws_on_a_backdrop_that_suits_where_the_thing_rests():
    for rests in ("table", "wall", "flat"):
        assert {f"{rests}-0", f"{rests}-1", f"{rests}-2"} <= read_motifs().keys()
    assert {motif.rests for motif in read_motifs().values()} == {
        "table",
        "wall",
        "flat",
        "backdrop",
    }


@pytest.mark.parametrize("colour", sorted(PALETTE))
def test_draws_in_every_colour_of_the_palette(colour):
    picture = draw_product_picture(name="any", motif="mug", colour=colour, scene="pair")

    assert picture.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "path",
    [
        "images/morning-mug-purple.png",
        "images/../products.csv",
        "/etc/hostname",
        "morning-mug-sage.png",
        "",
    ],
)
def test_refuses_a_picture_that_no_row_names(path):
    with pytest.raises(FileNotFoundError):
        picture_for(path)
