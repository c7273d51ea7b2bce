"""Over-committed memory: page sharing, ballooning and swapping, step by step and as arithmetic.

run(overcommit, Memory.of(6, (4, 4)), [Touch(0, 0, 7), Touch(1, 0, 7), Share(), Touch(1, 0, 8), Balloon(0, 2)])
squeeze(65536, [Demand(8192, 6144, 4096, 512)] * 12)      # squeeze: MiB shared, ballooned, swapped
"""

from vlearn.sim.datacenter.sharing.actions import Balloon, Free, Share, Touch
from vlearn.sim.datacenter.sharing.memory import Guest, Memory, Page
from vlearn.sim.datacenter.sharing.overcommit import overcommit
from vlearn.sim.datacenter.sharing.squeeze import Demand, Squeeze, squeeze

__all__ = ["Balloon", "Demand", "Free", "Guest", "Memory", "Page", "Share", "Squeeze", "Touch", "overcommit", "squeeze"]
