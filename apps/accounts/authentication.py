"""Who is asking: by e-mail and password, or by access token; always within the request's store."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import AuthenticationFailed, InvalidToken
from rest_framework_simplejwt.tokens import Token

from apps.accounts.models import User


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
        if request is None or not email or password is None:
            return None
        user = User.objects.with_email(store=request.store, email=email)
        if user is None:
            User().set_password(password)
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None


class AccessTokenAuthentication(JWTAuthentication):
    """`Authorization: Bearer <access token>`."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        found = super().authenticate(request)
        if found is None:
            return None
        user, token = found
        if not user.belongs_to(request.store):
            raise AuthenticationFailed("This token is for another store.", code="wrong_store")
        user.act_at(request.store)
        return user, token

    def get_user(self, validated_token: Token) -> User:
        try:
            return super().get_user(validated_token)
        except ValidationError as error:  # a subject that is no UUID
            raise InvalidToken("The token names nobody.") from error


class AccessTokenScheme(SimpleJWTScheme):
    """How the OpenAPI schema names it."""

    target_class = AccessTokenAuthentication
    name = "accessToken"
