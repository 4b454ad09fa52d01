from typing import Any

from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from apps.core.access import holder_of
from apps.core.pagination import MAX_PAGE_SIZE, PAGE_SIZE
from apps.events import services
from apps.events.api.filters import EventFilter
from apps.events.api.serializers import EventFeedOutput, EventOutput
from apps.events.models import OutboxEvent


class FeedQuery(serializers.Serializer[Any]):
    """Where to go on reading: `cursor` comes from the `next` of the page before."""

    cursor = serializers.IntegerField(min_value=0, max_value=2**63 - 1, default=0)
    page_size = serializers.IntegerField(min_value=1, max_value=MAX_PAGE_SIZE, default=PAGE_SIZE)


class EventViewSet(viewsets.GenericViewSet[OutboxEvent]):
    """What has happened in the store, oldest first. Follow `next` and nothing is missed."""

    queryset = OutboxEvent.objects.none()
    access = {"list": holder_of("read_events")}
    serializer_class = EventOutput
    filter_backends = [DjangoFilterBackend]
    filterset_class = EventFilter
    pagination_class = None

    @extend_schema(
        parameters=[FeedQuery],
        responses=EventFeedOutput,
        filters=True,
    )
    def list(self, request: Request) -> Response:
        query = FeedQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        after = query.validated_data["cursor"]
        services.number_events()
        store = request.store.public_id  # type: ignore[attr-defined]
        feed = OutboxEvent.objects.of_store(store).filter(position__gt=after)
        page = list(
            self.filter_queryset(feed).order_by("position")[: query.validated_data["page_size"]]
        )
        here = page[-1].position if page else after
        following = replace_query_param(request.build_absolute_uri(), "cursor", here)
        return Response({"next": following, "results": EventOutput(page, many=True).data})
