"""All of a store at once is for its admins, who must show that it is really they."""

from secrets import compare_digest

from django.conf import settings
from rest_framework.request import Request

from apps.accounts.scopes import Role
from apps.core.access import PersonRequired
from apps.interchange.errors import AdminRequired, AdminTokenRefused, ExportsOff


def require_admin(request: Request) -> None:
    """This function will demand a person who is an admin here, or an operator, with a second secret
    in `X-Admin-Token`: a stolen access token alone takes nothing out.

    Raises:
        PersonRequired, AdminRequired, ExportsOff, AdminTokenRefused: one of it is missing.
    """
    caller = request.user
    if not caller.is_person:
        raise PersonRequired
    if not caller.is_superuser and Role.ADMIN not in caller.roles:
        raise AdminRequired
    if not settings.ADMIN_TOKENS:
        raise ExportsOff
    shown = request.headers.get("X-Admin-Token", "").encode()
    # All are compared, each in a time that tells nothing.
    matches = [compare_digest(shown, token.encode()) for token in settings.ADMIN_TOKENS]
    if not any(matches):
        raise AdminTokenRefused
