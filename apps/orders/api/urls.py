"""Routes of orders."""

urlpatterns: list = []
