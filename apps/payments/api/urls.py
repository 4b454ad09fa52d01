"""Routes of payments."""

urlpatterns: list = []
