"""The failures that moving data in anticipates."""

from apps.core.errors import Conflict, Invalid


class UnusableFile(Invalid):
    """The file as a whole is not what it was said to be; nothing after this point was read."""

    code = "unusable_file"
    title = "The file cannot be used"


class PictureNotLoaded(Invalid):
    """A product file names a picture by a path, and there is no such picture to have."""

    code = "picture_not_loaded"
    title = "A picture cannot be read"


class NotADemoShop(Conflict):
    """Demo data would be mixed with the products of a real shop."""

    code = "not_a_demo_shop"
    title = "The store has products of its own"
