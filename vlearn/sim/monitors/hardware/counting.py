"""How often a program exits, and why, under given controls.

The guest may always be unrestricted, on EPT: otherwise one without paging could not be entered at all. None of the
exits counted comes from that.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from vlearn.errors import ModelError
from vlearn.sim.cpu import Cpu, Program, boot
from vlearn.sim.monitors.hardware.controls import Settings, settings
from vlearn.sim.monitors.hardware.monitor import hardware_assist
from vlearn.sim.monitors.vm import run_guest

LIMIT = 100_000
_ENTERABLE = settings(("Enable EPT", "Unrestricted guest")).controls


def exits(program: Cpu | Program | str, controls: Settings | Iterable[str]) -> Counter[int]:
    """How often each basic exit reason comes as a guest runs to its end; a program starts in ring 0.

    Raises ModelError if it has not ended after LIMIT events.
    """
    guest = program if isinstance(program, Cpu) else boot(program)
    chosen = controls if isinstance(controls, Settings) else settings(controls)
    monitor = hardware_assist(replace(chosen, controls=chosen.controls | _ENTERABLE))
    ending = run_guest(monitor, monitor.start(guest), LIMIT)
    if ending.kind == "step-limit":
        raise ModelError(f"the guest has not ended after {ending.events} events: its exits cannot be counted")
    return Counter(dict(ending.vm.monitor.reasons))
