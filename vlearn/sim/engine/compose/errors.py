"""What is wrong with a Compose file, in the words of docker compose."""

from vlearn.errors import ModelError

INVALID = "invalid compose project"
"""What ends messages about a file that is well formed and makes no sense."""


class ComposeError(ModelError):
    """The file, or what it asks for, cannot be: the message is what `docker compose` prints."""
