"""Entity tags: `"<version>.<digest>"`, the row's version and a digest of what was shown; a list has
no version, so its tag is the digest alone.

`If-None-Match` compares the whole tag, so any visible change is a new answer. `If-Match` compares
the version alone: what it protects is the row somebody edits, whatever was shown of it. The tags
are strong: equal ones mean equal bytes. Whoever compresses them on the way makes them weak (`W/`),
and such a tag still names the same answer, and the same version.
"""

import re
from hashlib import blake2s

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

_TAG = re.compile(r'"(\d{1,9})\.[0-9a-f]{16}"')
_NEVER = 0


def entity_tag(*, version: int | None, content: bytes) -> str:
    """This function will return the tag of a row's version as it is shown, or that of a list."""
    digest = blake2s(content, digest_size=8).hexdigest()
    return f'"{digest}"' if version is None else f'"{version}.{digest}"'


def tagged(response: Response, *, request: Request, version: int | None) -> Response:
    """This function will give a response its `ETag`, and make it 304 when the reader has it."""

    def finish(rendered: Response) -> HttpResponse:
        rendered["ETag"] = entity_tag(version=version, content=rendered.content)
        return conditional(rendered, request=request)

    response.version = version  # type: ignore[attr-defined]
    response.add_post_render_callback(finish)
    return response


def conditional(response: HttpResponse, *, request: Request) -> HttpResponse:
    """This function will make a response with an `ETag` 304 when the reader has it."""
    given = request.headers.get("If-None-Match", "").split(",")
    known = {tag.strip().removeprefix("W/") for tag in given}
    if request.method in {"GET", "HEAD"} and (response["ETag"] in known or "*" in known):
        response.status_code = 304
        response.content = b""
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
