from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import authenticate
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.exceptions import InvalidToken, TokenError

from apps.accounts import key_ring, services
from apps.accounts.api.serializers import (
    AddressInput,
    AddressOutput,
    EraseMeInput,
    ErasureOutput,
    JwkSetOutput,
    LogOutInput,
    PersonOutput,
    RefreshInput,
    RegisterInput,
    TokenInput,
    TokenPairOutput,
    UpdateMeInput,
)
from apps.accounts.authentication import AccessTokenAuthentication, prove_second_factor
from apps.accounts.errors import WrongPassword
from apps.accounts.key_pairs import as_jwk
from apps.accounts.models import Address, EndReason
from apps.core.access import ANYONE, PERSON
from apps.core.etags import expected_version, tagged
from apps.core.openapi import IDEMPOTENCY_KEY, IF_MATCH
from apps.core.parsers import BoundedFormParser, StrictJSONParser
from apps.core.serializers import given
from apps.idempotency.api.replay import accepts_idempotency_key


class DoorView(APIView):
    """What strangers call. A stale token that a client still sends along is no reason to refuse."""

    authentication_classes = []
    access = {"post": ANYONE}

    def get_authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class RegisterView(DoorView):
    """Becoming a customer of the store."""

    limits = {"post": ("register",)}

    @extend_schema(
        request=RegisterInput,
        responses={201: PersonOutput},
        parameters=[IDEMPOTENCY_KEY],
        auth=[],
    )
    @accepts_idempotency_key
    def post(self, request: Request) -> Response:
        wanted = given(RegisterInput, request)
        person = services.register_person(store=request.store, **wanted)
        return Response(PersonOutput(person).data, status=status.HTTP_201_CREATED)


class TokenView(DoorView):
    """Logging in, with JSON or with an OAuth 2 password form: the same fields, as
    application/x-www-form-urlencoded."""

    parser_classes = [StrictJSONParser, BoundedFormParser]
    limits = {"post": ("login", "login_account")}

    # Two content types for one body are more than client generators can read.
    @extend_schema(request={"application/json": TokenInput}, responses=TokenPairOutput, auth=[])
    def post(self, request: Request) -> Response:
        shown = given(TokenInput, request)
        person = authenticate(request, username=shown["username"], password=shown["password"])
        if person is None:
            raise AuthenticationFailed(
                "No active person has this e-mail address and password.", "invalid_credentials"
            )
        method = prove_second_factor(person=person, code=shown.get("otp", ""))
        pair = services.issue_tokens(person=person, method=method)
        return Response(TokenPairOutput(pair).data)


class RefreshView(DoorView):
    """A new pair of tokens for a refresh token, which is good once. One that is shown again ends
    the session: somebody else has it."""

    @extend_schema(request=RefreshInput, responses=TokenPairOutput, auth=[])
    def post(self, request: Request) -> Response:
        shown = given(RefreshInput, request)
        try:
            pair = services.refresh_tokens(store=request.store, **shown)
        except TokenError as error:
            raise InvalidToken(str(error)) from error
        return Response(TokenPairOutput(pair).data)


class LogOutView(DoorView):
    """Ending a session: that of the refresh token in the body, or else of the access token."""

    @extend_schema(request=LogOutInput, responses={204: None}, auth=[{"accessToken": []}, {}])
    def post(self, request: Request) -> Response:
        shown = given(LogOutInput, request)
        if shown:
            try:
                services.log_out(store=request.store, **shown)
            except TokenError as error:
                raise InvalidToken(str(error)) from error
            return Response(status=status.HTTP_204_NO_CONTENT)
        found = AccessTokenAuthentication().authenticate(request)
        if found is None:
            raise NotAuthenticated
        person, token = found
        services.end_session(family_id=token.family_id, reason=EndReason.LOGGED_OUT, by=person)
        return Response(status=status.HTTP_204_NO_CONTENT)


class JwkSetView(DoorView):
    """The public keys that access tokens are checked with, by whomever they are shown to."""

    access = {"get": ANYONE}

    @extend_schema(operation_id="jwks_retrieve", tags=["auth"], responses=JwkSetOutput, auth=[])
    def get(self, request: Request) -> Response:
        if not key_ring.public_keys():
            services.ensure_signing_keys()
        keys = [as_jwk(key, kid=kid) for kid, key in key_ring.public_keys().items()]
        kept = f"public, max-age={settings.JWKS_MAX_AGE_SECONDS}"
        response = Response(JwkSetOutput({"keys": keys}).data, headers={"Cache-Control": kept})
        return tagged(response, request=request, version=1)


class MeView(APIView):
    """The person who is logged in."""

    access = {"get": PERSON, "patch": PERSON, "delete": PERSON}
    limits = {"delete": ("login", "login_account")}
    deletes_with_body = True

    @extend_schema(responses=PersonOutput)
    def get(self, request: Request) -> Response:
        person = request.user
        return tagged(Response(PersonOutput(person).data), request=request, version=person.version)

    @extend_schema(request=UpdateMeInput, responses=PersonOutput, parameters=[IF_MATCH])
    def patch(self, request: Request) -> Response:
        person = services.update_person(
            person=request.user,
            by=request.user,
            expected_version=expected_version(request),
            **given(UpdateMeInput, request),
        )
        return tagged(Response(PersonOutput(person).data), request=request, version=person.version)

    @extend_schema(request=EraseMeInput, responses={200: ErasureOutput})
    def delete(self, request: Request) -> Response:
        """Be forgotten. The password is asked for again. Orders and invoices stay as law demands,
        and the answer says which; unpaid orders are canceled."""
        shown = given(EraseMeInput, request)
        if not request.user.check_password(shown["password"]):
            raise WrongPassword
        report = services.erase_person(person=request.user, by=request.user)
        return Response(ErasureOutput(report).data)


class ExportView(APIView):
    """All that is held about the person who is logged in."""

    access = {"get": PERSON}

    @extend_schema(responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request) -> StreamingHttpResponse:
        """One JSON object: a list of rows for each kind of thing, such as `orders`."""
        return StreamingHttpResponse(
            services.export_person(person=request.user),
            content_type="application/json",
            headers={"Content-Disposition": 'attachment; filename="personal-data.json"'},
        )


class AddressViewSet(viewsets.GenericViewSet[Address]):
    """A person's own address book."""

    access = {
        "list": PERSON,
        "retrieve": PERSON,
        "create": PERSON,
        "partial_update": PERSON,
        "destroy": PERSON,
    }
    queryset = Address.objects.none()
    serializer_class = AddressOutput
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Address]:
        own = Address.objects.for_store(self.request.store).filter(owner=self.request.user)
        return own.order_by("pk")

    @extend_schema(responses=AddressOutput(many=True))
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(AddressOutput(page, many=True).data)

    @extend_schema(responses=AddressOutput)
    def retrieve(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the route's name
        return _shown(self.get_object(), request)

    @extend_schema(
        request=AddressInput, responses={201: AddressOutput}, parameters=[IDEMPOTENCY_KEY]
    )
    @accepts_idempotency_key
    def create(self, request: Request) -> Response:
        address = services.add_address(
            store=request.store,
            owner=request.user,
            details=given(AddressInput, request),
            by=request.user,
        )
        return _shown(address, request, status=status.HTTP_201_CREATED)

    @extend_schema(request=AddressInput, responses=AddressOutput, parameters=[IF_MATCH])
    def partial_update(self, request: Request, id: UUID) -> Response:  # noqa: A002
        address = services.update_address(
            store=request.store,
            owner=request.user,
            address_id=id,
            changes=given(AddressInput, request, partial=True),
            by=request.user,
            expected_version=expected_version(request),
        )
        return _shown(address, request)

    @extend_schema(responses={204: None}, parameters=[IF_MATCH])
    def destroy(self, request: Request, id: UUID) -> Response:  # noqa: A002
        services.delete_address(
            store=request.store,
            owner=request.user,
            address_id=id,
            by=request.user,
            expected_version=expected_version(request),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


def _shown(address: Address, request: Request, **answer: Any) -> Response:
    response = Response(AddressOutput(address).data, **answer)
    return tagged(response, request=request, version=address.version)
