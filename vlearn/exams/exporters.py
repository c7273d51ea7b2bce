"""The exporters that are installed, found by entry point, so that anybody's package can add a format."""

from importlib.metadata import entry_points
from typing import Any

from vlearn.errors import ExportError, did_you_mean
from vlearn.exams.collection import CollectionExporter
from vlearn.exams.form import Exporter, Paper

GROUP = "vlearn.exporters"
QUESTION_GROUP = "vlearn.question_exporters"
HANDOUT_GROUP = "vlearn.handout_exporters"


def formats() -> tuple[str, ...]:
    """The names of the exporters that are installed, whether or not they have all that they need."""
    return tuple(sorted(entry_points(group=GROUP).names))


def usable_formats() -> tuple[tuple[str, ...], dict[str, str]]:
    """The formats that a paper without questions can be written in here, and why it cannot be in each of the others."""
    nothing, left_out = Paper("Nothing", "A", "", ()), dict[str, str]()
    for name in formats():
        try:
            exporter(name).paper(nothing)
        except ExportError as error:
            left_out[name] = str(error)
    return tuple(name for name in formats() if name not in left_out), left_out


def exporter(name: str) -> Exporter:
    """The exporter of this name. Raises ExportError with the names there are, or the package that it lacks."""
    found: Exporter = _module(GROUP, name)
    return found


def question_formats() -> tuple[str, ...]:
    """The names of the formats that hold a bank of questions rather than a paper."""
    return tuple(sorted(entry_points(group=QUESTION_GROUP).names))


def question_exporter(name: str) -> CollectionExporter:
    """The exporter of this name, for questions. Raises ExportError as `exporter` does."""
    found: CollectionExporter = _module(QUESTION_GROUP, name)
    return found


def handout_exporter(name: str) -> Any:
    """The exporter of this name, for chapters on paper. Raises ExportError as `exporter` does."""
    return _module(HANDOUT_GROUP, name)


def _module(group: str, name: str) -> Any:
    found = entry_points(group=group, name=name)
    if not found:
        known = sorted(entry_points(group=group).names)
        listed = ", ".join(known) or "none"
        raise ExportError(f"there is no exporter named {name!r}{did_you_mean(name, known)} (installed are: {listed})")
    try:
        return next(iter(found)).load()
    except ModuleNotFoundError as error:
        raise ExportError(
            f"the exporter {name!r} needs the package {error.name}, which is not installed: "
            f"install it, or vlearn with the extra that has it, such as vlearn[pdf]"
        ) from error
