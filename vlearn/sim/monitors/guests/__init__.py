"""The guests: small operating systems and programs in assembly, ready to boot on any machine.

A guest starts as a Multiboot loader leaves a kernel: ring 0, flat segments from a GDT that is not its own, interrupts
and paging off, no IDT. All memory that it uses lies below `vm.RAM`. The sources are files of this folder.
"""

from vlearn.sim.monitors.guests.loader import GUESTS, Guest, Part, guest, source

__all__ = ["GUESTS", "Guest", "Part", "guest", "source"]
