"""Routes of inventory."""

urlpatterns: list = []
