"""Routes of operations: they stand at the root, where load balancers and Prometheus look."""

from django.urls import path

from apps.backoffice.api.views import HealthView, LiveView, MetricsView, ReadyView

urlpatterns = [
    path("health", HealthView.as_view(), name="health"),
    path("health/live", LiveView.as_view(), name="health-live"),
    path("health/ready", ReadyView.as_view(), name="health-ready"),
    path("metrics", MetricsView.as_view(), name="metrics"),
]
