"""Trap-and-emulate on the x86 before 2005, with all the instructions that do not trap.

The monitor is a careful one: whatever traps is emulated exactly. What does not trap runs on the real processor and does
there what it does in an outer ring. `TRAP_AND_EMULATE` compresses rings to 0/1/3; `trap_and_emulate("0/3")` makes the
other one, and `umip=True` gives the processor user-mode instruction prevention, which came in 2017.
"""

from vlearn.sim.monitors.trap_and_emulate.compression import COMPRESSIONS, Compression
from vlearn.sim.monitors.trap_and_emulate.monitor import TRAP_AND_EMULATE, trap_and_emulate
from vlearn.sim.monitors.trap_and_emulate.state import TrapAndEmulate

__all__ = ["COMPRESSIONS", "TRAP_AND_EMULATE", "Compression", "TrapAndEmulate", "trap_and_emulate"]
