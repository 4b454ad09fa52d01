"""Routes of catalog."""

urlpatterns: list = []
