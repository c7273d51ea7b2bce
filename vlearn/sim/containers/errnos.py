"""The errnos of this kernel as Linux numbers them and as tools print them, and the exception that Host raises."""

from typing import Final

from vlearn.sim.files.errno import ERRNO

_OTHERS: Final = {
    "ESRCH": (3, "No such process"),
    "ECHILD": (10, "No child processes"),
    "EAGAIN": (11, "Resource temporarily unavailable"),
    "ENOMEM": (12, "Cannot allocate memory"),
    "ENODEV": (19, "No such device"),
    "EMFILE": (24, "Too many open files"),
    "ERANGE": (34, "Numerical result out of range"),
    "ENOEXEC": (8, "Exec format error"),
    "ENOMSG": (42, "No message of desired type"),
    "EADDRINUSE": (98, "Address already in use"),
    "EADDRNOTAVAIL": (99, "Cannot assign requested address"),
    "ETIMEDOUT": (110, "Connection timed out"),
    "ECONNREFUSED": (111, "Connection refused"),
    "ENETUNREACH": (101, "Network is unreachable"),
    "EHOSTUNREACH": (113, "No route to host"),
}
ERRNOS: Final = {**{row.name: (row.number, row.text) for row in ERRNO.values()}, **_OTHERS}
"""From the name to the number and to what strerror(3) says."""


class SystemCallFailed(OSError):
    """A system call of the modelled kernel was refused. `name` is the errno's name, `why` the model's reason.

    `strerror` is what tools print: "Operation not permitted".
    """

    def __init__(self, name: str, why: str) -> None:
        number, text = ERRNOS.get(name, (0, name))
        super().__init__(number, text)
        self.name, self.why = name, why

    def __str__(self) -> str:
        return f"{self.name}: {self.why}"
