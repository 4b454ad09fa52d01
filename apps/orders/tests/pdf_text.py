"""What can be read in a PDF of ours: enough of the format to see it as its reader does."""

import re
import zlib

_OBJECT = re.compile(rb"\n(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.DOTALL)
_STEP = re.compile(rb"/(F\d+) [\d.]+ Tf|\(((?:[^\\()]|\\.)*)\) Tj", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pages_of(document: bytes) -> list[str]:
    """This function will return the text of each page, piece by piece, a line for each piece."""
    objects = {int(number): body for number, body in _OBJECT.findall(document)}
    fonts = {
        name.decode(): _letters(objects, int(number))
        for body in objects.values()
        for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", body)
    }
    contents = [
        int(re.search(rb"/Contents (\d+) 0 R", body)[1])
        for body in objects.values()
        if b"/Type /Page\n" in body + b"\n"
    ]
    return [_read(_stream(objects[number]), fonts) for number in contents]


def _read(content: bytes, fonts: dict[str, dict[int, str]]) -> str:
    pieces, letters = [], {}
    for font, text in _STEP.findall(content):
        if font:
            letters = fonts[font.decode()]
        else:
            glyphs = _unescaped(text)
            codes = [int.from_bytes(glyphs[at : at + 2]) for at in range(0, len(glyphs), 2)]
            pieces.append("".join(letters[code] for code in codes))
    return "\n".join(pieces)


def _letters(objects: dict[int, bytes], font: int) -> dict[int, str]:
    table = int(re.search(rb"/ToUnicode (\d+) 0 R", objects[font])[1])
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", _stream(objects[table]))
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}


def _stream(body: bytes) -> bytes:
    content = _STREAM.search(body)[1]
    return zlib.decompress(content) if b"/FlateDecode" in body else content


def _unescaped(text: bytes) -> bytes:
    return re.sub(rb"\\(.)", lambda found: _ESCAPED.get(found[1], found[1]), text, flags=re.DOTALL)
