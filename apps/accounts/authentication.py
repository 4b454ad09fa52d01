"""Who is asking: by e-mail and password, or by access token; always within the request's store."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import InvalidToken, TokenError

from apps.accounts import services
from apps.accounts.models import SecondFactor, TokenFamily, User
from apps.accounts.password_rules import LONGEST_PASSWORD
from apps.accounts.tokens import AccessToken
from apps.stores.models import Store

_REFUSAL = "This token is not valid here, or not any more."


class StoreEmailBackend(ModelBackend):
    """E-mail and password, among the people of the request's store."""

    def authenticate(  # type: ignore[override]
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """This function will return the person, or `None`; both take one password hash of time."""
        email = username or kwargs.get("email")
        if request is None or not email or password is None or len(password) > LONGEST_PASSWORD:
            return None
        user = User.objects.with_email(store=request.store, email=email)
        if user is None:
            User().set_password(password)
            return None
        user.act_at(request.store)
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None


def prove_second_factor(*, person: User, code: str) -> str:
    """This function will return how somebody whose password is right has proved who they are.

    Raises:
        AuthenticationFailed: they have a second factor, and did not show it.
    """
    if not SecondFactor.objects.in_use_by(person).exists():
        return "password"
    if not code:
        raise AuthenticationFailed("Send a code as otp too.", "second_factor_required")
    if services.verify_second_factor(person=person, code=code, now=timezone.now()) is None:
        services.record_refused_login(store=person.here, email=person.email, method="second_factor")
        raise AuthenticationFailed("This code is not right.", "invalid_second_factor")
    return "second_factor"


class AccessTokenAuthentication(JWTAuthentication):
    """`Authorization: Bearer <access token>`."""

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        header = self.get_header(request)
        shown = None if header is None else self.get_raw_token(header)
        if shown is None:
            return None
        token = self.get_validated_token(shown)
        return self.get_holder(token, store=request.store), token

    def get_validated_token(self, raw_token: bytes) -> AccessToken:
        """This function will read a token; whatever is wrong with it, the answer is the same."""
        try:
            return AccessToken(raw_token.decode("ascii"))  # type: ignore[arg-type]
        except (TokenError, UnicodeDecodeError) as error:
            raise InvalidToken(_REFUSAL) from error

    def get_holder(self, token: AccessToken, *, store: Store) -> User:
        """This function will return whom a token lets in. One statement asks all there is to ask:
        session, person, their roles in the store, and whether the key is trusted still."""
        now = timezone.now()
        shown = TokenFamily.objects.shown(sid=token.family_id, kid=token.kid, store=store, now=now)
        family = shown.first()
        if family is None or not token.opens(family, store=store, now=now):
            raise InvalidToken(_REFUSAL)
        return family.person


class AccessTokenScheme(SimpleJWTScheme):
    """How the OpenAPI schema names it."""

    target_class = AccessTokenAuthentication
    name = "accessToken"
