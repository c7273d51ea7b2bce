"""The exporters that are installed, found by entry point, so that anybody's package can add a format."""

from importlib.metadata import entry_points

from vlearn.errors import ExportError
from vlearn.exams.form import Exporter, Paper
from vlearn.questions.faults import nearest

GROUP = "vlearn.exporters"


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
    found = entry_points(group=GROUP, name=name)
    if not found:
        known = formats()
        listed = ", ".join(known) or "none"
        raise ExportError(f"there is no exporter named {name!r}{nearest(name, known)} (installed are: {listed})")
    try:
        module: Exporter = next(iter(found)).load()
    except ModuleNotFoundError as error:
        raise ExportError(
            f"the exporter {name!r} needs the package {error.name}, which is not installed: "
            f"install it, or vlearn with the extra that has it, such as vlearn[pdf]"
        ) from error
    return module
