"""Routes of recommendations."""

urlpatterns: list = []
