"""What a browser may load: next to nothing, but for the pages that are made for people."""

from typing import Any

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


class PagePolicyMiddleware(CSPMiddleware):
    """The strict policy everywhere; below the paths of `CONTENT_SECURITY_POLICY_BELOW`, theirs."""

    def get_policy_parts(
        self,
        request: HttpRequest,
        response: HttpResponseBase,
        report_only: bool = False,  # noqa: FBT001, FBT002 - django-csp's signature
    ) -> PolicyParts:
        """This function will add what the page's part of the site needs to the strict policy."""
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and parts.replace is None:
            parts.replace = _needed_below(request.path_info)
        return parts


def _needed_below(path: str) -> dict[str, Any] | None:
    for prefix, directives in settings.CONTENT_SECURITY_POLICY_BELOW.items():
        if path.startswith(prefix):
            return dict(directives)
    return None
