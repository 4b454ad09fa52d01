"""Pictures from strangers: only what decodes is kept, drawn anew, and nothing that rode along."""

from dataclasses import dataclass
from io import BytesIO

from django.conf import settings
from PIL import Image, ImageOps

from apps.catalog.errors import ImageRefused

# What may come in, and the ending of the file it becomes.
FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
THUMBNAIL = (400, 400)


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A harmless picture, and a small version of it."""

    content: bytes
    thumbnail: bytes
    width: int
    height: int
    ending: str


def picture_of(content: bytes) -> Picture:
    """This function will decode a JPEG, PNG or WebP and encode it again, upright.

    EXIF, XMP, comments and whatever follows the picture are gone then. The thumbnail fits into
    400 by 400 pixels.

    Raises:
        ImageRefused: it is too large, not of these formats, or broken.
    """
    if len(content) > settings.IMAGE_MAX_BYTES:
        raise ImageRefused(f"At most {settings.IMAGE_MAX_BYTES} bytes.")
    try:
        kind = _verified(content)
        image = _plain(Image.open(BytesIO(content), formats=[kind]))
    except ImageRefused:
        raise
    # A decoder may fail in any way on bytes that were made to break it.
    except Exception as error:
        raise ImageRefused("Not a readable JPEG, PNG or WebP picture.") from error
    width, height = image.size
    full = _encoded(image, kind)
    image.thumbnail(THUMBNAIL)
    return Picture(
        content=full,
        thumbnail=_encoded(image, kind),
        width=width,
        height=height,
        ending=FORMATS[kind],
    )


def _verified(content: bytes) -> str:
    with Image.open(BytesIO(content), formats=list(FORMATS)) as image:
        width, height = image.size
        if width * height > settings.IMAGE_MAX_PIXELS:
            raise ImageRefused(f"At most {settings.IMAGE_MAX_PIXELS} pixels.")
        image.verify()
        return str(image.format)


def _plain(image: Image.Image) -> Image.Image:
    """The pixels alone, with the colour profile they are meant in."""
    profile = image.info.get("icc_profile") if image.mode in {"RGB", "RGBA"} else None
    upright = ImageOps.exif_transpose(image)
    plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    plain.info = {"icc_profile": profile} if profile else {}
    return plain


def _encoded(image: Image.Image, kind: str) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, quality=88, icc_profile=image.info.get("icc_profile"))
    return buffer.getvalue()
