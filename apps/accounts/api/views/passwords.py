"""What mailed links prove, and passwords."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts import services
from apps.accounts.api.serializers import (
    ChangePasswordInput,
    ForgottenPasswordInput,
    ResetPasswordInput,
    VerifyEmailInput,
)
from apps.accounts.api.views.people import DoorView
from apps.core.access import PERSON
from apps.core.serializers import given


class VerifyEmailView(DoorView):
    """Showing that an address is one's own, by the token that was mailed to it."""

    limits = {"post": ("email_verify",)}

    @extend_schema(request=VerifyEmailInput, responses={204: None}, auth=[])
    def post(self, request: Request) -> Response:
        shown = given(VerifyEmailInput, request)
        services.verify_email(store=request.store, now=timezone.now(), **shown)
        return Response(status=status.HTTP_204_NO_CONTENT)


class RequestEmailVerificationView(APIView):
    """Having that mail sent once more."""

    access = {"post": PERSON}
    limits = {"post": ("email_verify",)}

    @extend_schema(request=None, responses={202: None})
    def post(self, request: Request) -> Response:
        services.request_email_verification(person=request.user, by=request.user)
        return Response(status=status.HTTP_202_ACCEPTED)


class ForgottenPasswordView(DoorView):
    """A link to choose a new password is mailed to whoever has the address. Whether anybody has is
    not told."""

    limits = {"post": ("password_reset",)}

    @extend_schema(request=ForgottenPasswordInput, responses={202: None}, auth=[])
    def post(self, request: Request) -> Response:
        typed = given(ForgottenPasswordInput, request)
        services.request_password_reset(store=request.store, now=timezone.now(), **typed)
        return Response(status=status.HTTP_202_ACCEPTED)


class ResetPasswordView(DoorView):
    """A new password, by the token that was mailed. All sessions end."""

    limits = {"post": ("password_reset",)}

    @extend_schema(request=ResetPasswordInput, responses={204: None}, auth=[])
    def post(self, request: Request) -> Response:
        shown = given(ResetPasswordInput, request)
        services.reset_password(store=request.store, now=timezone.now(), **shown)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ChangePasswordView(APIView):
    """A new password, by the present one. All other sessions end."""

    access = {"post": PERSON}
    limits = {"post": ("login", "login_account")}

    @extend_schema(request=ChangePasswordInput, responses={204: None})
    def post(self, request: Request) -> Response:
        shown = given(ChangePasswordInput, request)
        services.change_password(
            person=request.user,
            present=shown["present_password"],
            password=shown["password"],
            except_family=request.auth.family_id,
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
