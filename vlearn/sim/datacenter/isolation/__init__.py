"""Isolation: what a crash takes along, how soon an application runs, and what a neighbour can still learn.

    crash(LAYOUTS["containers"], "kernel panic", "shop")      # faults, layouts: a Trace; survivors(layout) by fault
    provision("virtual machine", cached=True).final.seconds   # provisioning
    resumes(begin(), COPIES["suspended machine"])             # encapsulation: what a copy must take along
    run(attack, Attack(Cache.of(8, 4), secret), [Prime(), Work(), Probe()])     # side_channel, cache
    known(secret, spy(Cache.of(8, 4, split=True), secret, Random(1)))           # which share of it leaked

The three requirements that Popek and Goldberg make of a monitor are in `vlearn.sim.virtualizability`.
"""

from vlearn.sim.datacenter.isolation.cache import Cache
from vlearn.sim.datacenter.isolation.faults import FAULTS, HOLDS, Layout, Part, Strike, crash, fail, survivors
from vlearn.sim.datacenter.isolation.layouts import LAYOUTS
from vlearn.sim.datacenter.isolation.provisioning import WAYS, provision
from vlearn.sim.datacenter.isolation.side_channel import Attack, Prime, Probe, Work, attack, known, spy

__all__ = [
    "FAULTS",
    "HOLDS",
    "LAYOUTS",
    "WAYS",
    "Attack",
    "Cache",
    "Layout",
    "Part",
    "Prime",
    "Probe",
    "Strike",
    "Work",
    "attack",
    "crash",
    "fail",
    "known",
    "provision",
    "spy",
    "survivors",
]
