"""What chapter 2's notebook runs: a kernel with a program for two monitors, and the wrong model of its bug hunt."""

from vlearn.sim.datacenter.hypervisors import parts
from vlearn.sim.monitors.paths import LAYERS
from vlearn.sim.virtualizability import FAITHFUL
from vlearn.sim.virtualizability.monitored import Monitored, guest, operate
from vlearn.trace import Trace, run

KERNEL = ("ADD 2", "ADD 3", "SIO 5", "LPSW 6", "ADD 1", "ADD 1", "SVC 0", "ADD 2", "HLT 0")
"""Four instructions of a kernel, the last of which enters user mode; three of a program; two of the kernel again."""
WORDS = {1: 0x0708, 2: 3, 3: 4, 5: 7, 6: 0x1423}


def monitored(hybrid: bool) -> Trace[Monitored]:
    """The kernel and its program under a monitor of Popek and Goldberg's, hybrid or not."""
    return run(operate, guest(KERNEL, FAITHFUL, WORDS, hybrid=hybrid), range(len(KERNEL)))


def upward(kind: str, part: str, sandbox: bool | None = None) -> frozenset[str]:
    """A wrong model, to be found out: with a part falls what it controls above itself, and so on up to the programs."""
    everything = {each.name: each for each in parts(kind, sandbox)}
    fallen, frontier = {part}, [part]
    for name in frontier:
        here = LAYERS.index(everything[name].layer)
        above = [each for each in everything[name].controls if LAYERS.index(everything[each].layer) < here]
        frontier += [each for each in above if each not in fallen]
        fallen.update(above)
    return frozenset(fallen)
