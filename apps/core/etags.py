"""Entity tags: `"<version>.<digest>"`, the row's version and a digest of what was shown.

`If-None-Match` compares the whole tag, so any visible change is a new answer. `If-Match` compares
the version alone: what it protects is the row somebody edits, whatever was shown of it.
"""

import re
from hashlib import blake2s

from rest_framework.request import Request
from rest_framework.response import Response

_TAG = re.compile(r'"(\d{1,9})\.[0-9a-f]{16}"')
_NEVER = 0


def entity_tag(*, version: int, content: bytes) -> str:
    """This function will return the tag of a row's version as it is shown."""
    return f'"{version}.{blake2s(content, digest_size=8).hexdigest()}"'


def tagged(response: Response, *, request: Request, version: int) -> Response:
    """This function will give a response its `ETag`, and make it 304 when the reader has it."""

    def finish(rendered: Response) -> Response:
        rendered["ETag"] = entity_tag(version=version, content=rendered.content)
        known = [tag.strip() for tag in request.headers.get("If-None-Match", "").split(",")]
        if request.method in {"GET", "HEAD"} and (rendered["ETag"] in known or "*" in known):
            rendered.status_code = 304
            rendered.content = b""
        return rendered

    response.version = version  # type: ignore[attr-defined]
    response.add_post_render_callback(finish)
    return response


def expected_version(request: Request) -> int | None:
    """This function will return the version that `If-Match` asks for, `None` when it asks nothing.

    A tag that is not ours gives a version no row has: the write is refused as stale.
    """
    given = request.headers.get("If-Match", "").strip()
    if given in {"", "*"}:
        return None
    match = _TAG.fullmatch(given.removeprefix("W/"))
    return int(match[1]) if match else _NEVER
