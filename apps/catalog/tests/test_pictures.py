from io import BytesIO

import pytest
from PIL import Image, ImageCms

from apps.catalog.errors import ImageRefused
from apps.catalog.pictures import picture_of
from apps.catalog.tests.pictures import picture


def opened(content):
    return Image.open(BytesIO(content))


@pytest.mark.parametrize(("kind", "ending"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")])
def test_keeps_a_picture_and_makes_a_small_one(kind, ending):
    made = picture_of(picture(kind))

    assert (made.width, made.height, made.ending) == (800, 600, ending)
    assert opened(made.content).format == kind
    assert opened(made.content).size == (800, 600)
    assert opened(made.thumbnail).format == kind
    assert opened(made.thumbnail).size == (400, 300)


def test_a_small_picture_is_not_blown_up():
    assert opened(picture_of(picture(size=(30, 20))).thumbnail).size == (30, 20)


def test_nothing_rides_along():
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif.get_ifd(0x8825)[1] = "N"
    made = picture_of(picture(exif=exif, comment=b"call me") + b"<script>")

    assert not opened(made.content).getexif()
    for secret in (b"taken at home", b"call me", b"<script>", b"Exif"):
        assert secret not in made.content
        assert secret not in made.thumbnail


def test_text_in_a_png_is_dropped():
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "Ada Lovelace")

    assert b"Ada" not in picture_of(picture("PNG", pnginfo=info)).content


def test_a_picture_on_its_side_is_set_upright():
    exif = Image.Exif()
    exif[0x0112] = 6

    made = picture_of(picture(exif=exif))

    assert (made.width, made.height) == (600, 800)
    assert opened(made.content).size == (600, 800)


def test_see_through_stays_see_through():
    made = picture_of(picture("PNG", mode="RGBA"))

    assert opened(made.content).mode == "RGBA"


@pytest.mark.parametrize("mode", ["L", "P", "1", "CMYK"])
def test_every_way_of_colouring_is_understood(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"

    assert opened(picture_of(picture(kind, mode=mode)).content).mode == "RGB"


def test_colours_keep_their_profile():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    made = picture_of(picture(icc_profile=profile))

    assert opened(made.content).info["icc_profile"] == profile


def test_too_many_bytes_are_refused(settings):
    settings.IMAGE_MAX_BYTES = 100

    with pytest.raises(ImageRefused, match="100 bytes"):
        picture_of(picture())


def test_too_many_pixels_are_refused_before_they_are_decoded(settings):
    settings.IMAGE_MAX_PIXELS = 800 * 600 - 1

    with pytest.raises(ImageRefused, match="479999 pixels"):
        picture_of(picture())


def test_a_decompression_bomb_is_refused():
    with pytest.raises(ImageRefused):
        picture_of(picture("PNG", size=(20_000, 20_000), mode="1"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture("GIF"),
        picture("BMP"),
        picture("TIFF"),
        picture()[:500],
        picture("PNG")[:-40],
        b"\xff\xd8\xff\xe0" + b"\x00" * 1000,
        b"RIFF\x00\x00\x00\x00WEBP" + b"\x00" * 100,
    ],
    ids=["nothing", "text", "svg", "gif", "bmp", "tiff", "half", "cut", "zeros", "webp"],
)
def test_what_is_no_such_picture_is_refused(content):
    with pytest.raises(ImageRefused) as refusal:
        picture_of(content)

    assert refusal.value.code == "image_refused"
