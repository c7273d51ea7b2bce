"""What ends a command line before anything is done: the user's mistake, in the words of docker's client."""


class UsageError(Exception):
    """A mistake in the options, such as an unknown one; the usage of the command is printed behind it."""


class ArgumentsError(UsageError):
    """Too many arguments, or too few; `tail` is the last line, which differs from one rule to the next."""


class ClientError(Exception):
    """A refusal by the client itself, without asking the daemon; `code` is the exit code."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


class NotModelled(Exception):
    """docker can do this, the model cannot: said by name, and never silently left out."""
