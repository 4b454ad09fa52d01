from django.http import HttpResponse
from django_prometheus.exports import ExportToDjangoView
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.authentication import AccessTokenAuthentication
from apps.accounts.key_authentication import ApiKeyAuthentication
from apps.accounts.scopes import Scope
from apps.backoffice import services
from apps.backoffice.api.permissions import is_internal, may_see_operations
from apps.backoffice.api.serializers import AliveOutput, HealthOutput
from apps.backoffice.errors import DatabaseDown
from apps.backoffice.services import Status
from apps.core.access import ANYONE, MissingScope, anyone_more_for
from apps.core.errors import Forbidden


class OperationsView(APIView):
    """Answers machines that watch this one. Who asks is looked up late, and only if it matters:
    that look-up needs the database."""

    authentication_classes = [
        AccessTokenAuthentication,
        ApiKeyAuthentication,
        SessionAuthentication,
    ]
    default_limit = None  # what watches this machine asks as often as it likes

    def perform_authentication(self, request: Request) -> None:
        pass


class HealthView(OperationsView):
    """Database, cache, broker and pool."""

    access = {"get": anyone_more_for(Scope.READ_OPERATIONS)}

    @extend_schema(responses=HealthOutput)
    def get(self, request: Request) -> Response:
        health = services.check_health()
        detail = HealthOutput(health).data
        if health.status is Status.DOWN:
            del detail["status"]
            raise DatabaseDown(**(detail if is_internal(request._request) else {}))  # noqa: SLF001
        if not may_see_operations(request):
            return Response({"status": health.status})
        return Response(detail)


class LiveView(OperationsView):
    """Whether the process runs. Touches nothing else."""

    access = {"get": ANYONE}

    @extend_schema(responses=AliveOutput, auth=[])
    def get(self, request: Request) -> Response:
        return Response({"status": Status.OK})


class ReadyView(OperationsView):
    """Whether the process may be given requests."""

    access = {"get": ANYONE}

    @extend_schema(responses=AliveOutput, auth=[])
    def get(self, request: Request) -> Response:
        services.check_readiness()
        return Response({"status": Status.OK})


class MetricsView(OperationsView):
    """Counters and durations, for Prometheus: of the internal network, where it needs no scope."""

    access = {"get": anyone_more_for(Scope.READ_OPERATIONS)}

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        if may_see_operations(request):
            return ExportToDjangoView(request)
        if request.user.is_authenticated:
            raise MissingScope(Scope.READ_OPERATIONS)
        raise Forbidden("For staff and the internal network.")
