"""The controls of a study in words: what each may be set to, and what it is set to."""

from collections.abc import Mapping
from typing import Any

from vlearn.lab.paper.parts import Setting

_TRUTH = {True: "yes", False: "no"}


def settings(controls: Mapping[str, Any]) -> tuple[Setting, ...]:
    """A setting for each control, which is a widget of ipywidgets: a menu, a slider, a tick box or a field."""
    return tuple(_setting(control) for control in controls.values())


def _setting(control: Any) -> Setting:
    name, now = control.description, control.value
    if hasattr(control, "options"):
        labelled = [one if isinstance(one, tuple) else (one, one) for one in _pairs(control.options)]
        shown = next((str(label) for label, value in labelled if value == now), str(now))
        return Setting(name, "; ".join(str(label) for label, _ in labelled), shown)
    if isinstance(now, bool):
        return Setting(name, "yes; no", _TRUTH[now])
    if hasattr(control, "min"):
        steps = f" in steps of {control.step:g}" if control.step != 1 else ""
        return Setting(name, f"{control.min:g} to {control.max:g}{steps}", f"{now:g}")
    return Setting(name, "", str(now))


def _pairs(options: Any) -> Any:
    return options.items() if isinstance(options, Mapping) else options
