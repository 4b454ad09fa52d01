"""Routes of backoffice."""

urlpatterns: list = []
