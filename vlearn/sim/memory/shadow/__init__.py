"""Shadow paging: the shadows and their upkeep, the faults they bring, the comparison with nested paging."""

from vlearn.sim.memory.shadow.machine import EXITS, Reclaim, operate_shadow, shadow_machine
from vlearn.sim.memory.shadow.policy import Policy
from vlearn.sim.memory.shadow.state import Emulated, ShadowMachine

__all__ = ["EXITS", "Emulated", "Policy", "Reclaim", "ShadowMachine", "operate_shadow", "shadow_machine"]
