"""A YAML file that holds one struct, read and checked: every fault is told at once, with its line."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from vlearn.errors import BlueprintError, VlearnError
from vlearn.questions.faults import Complain, Fault, Where
from vlearn.questions.load import load
from vlearn.questions.shape import shaped

T = TypeVar("T", bound=Struct)


def read_checked(
    path: Path,
    wanted: type[T],
    name: str,
    mapping: str,
    check: Callable[[T, Complain], None],
    error: type[VlearnError] = BlueprintError,
) -> tuple[T, dict[Where, int]]:
    """What the file holds, and the line of each place in it. `check` complains of what types cannot say.

    Raises `error` with all faults; it calls the file by its `name`, and says with `mapping` what a file without fields
    should be.
    """
    try:
        document = load(path)
    except OSError as problem:
        raise error(f"{path}: {name} cannot be read: {problem.strerror or problem}") from problem
    faults = [Fault(str(path), line, "", message) for _, line, message in document.faults]

    def complain(where: Where, message: str) -> None:
        faults.append(Fault(str(path), document.line(where), "", message))

    value = None
    if not isinstance(document.value, dict):
        faults = faults or [Fault(str(path), 1, "", mapping)]
    elif not faults and (value := shaped(document.value, wanted, (), complain)) is not None:
        check(value, complain)
    if value is None or faults:
        raise error("\n".join(map(str, sorted(set(faults)))))
    return value, document.lines
