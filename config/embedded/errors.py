"""The one failure of the embedded servers."""

from django.core.exceptions import ImproperlyConfigured


class EmbeddedServerError(ImproperlyConfigured):
    """An embedded server cannot be had; the message says why and what to set or install."""
