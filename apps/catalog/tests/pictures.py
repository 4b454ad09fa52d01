"""Real pictures, made where they are needed."""

from io import BytesIO
from typing import Any

from PIL import Image


def picture(
    kind: str = "JPEG",
    *,
    size: tuple[int, int] = (800, 600),
    mode: str = "RGB",
    **options: Any,
) -> bytes:
    """This function will return the bytes of a picture in one colour."""
    buffer = BytesIO()
    Image.new(mode, size, "teal" if mode != "CMYK" else 0).save(buffer, kind, **options)
    return buffer.getvalue()
