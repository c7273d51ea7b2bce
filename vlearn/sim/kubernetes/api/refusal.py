"""The API does not take a value."""

from vlearn.errors import ModelError


class Refused(ModelError):
    """A value that the API refuses; the text is the API's own."""
