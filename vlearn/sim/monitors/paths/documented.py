"""The paths of 64-bit paravirtualization, which no model here runs: from documents.

In 64-bit mode segments have no limits, and paging knows only user and supervisor, so kernel and process are both in
ring 3, with two page tables. Every way from one to the other goes through Xen, which switches the table. Sources: Xen's
public header arch-x86/xen-x86_64.h; Xen, arch/x86/x86_64/entry.S (switch_to_kernel) and traps.c (do_iret,
toggle_guest_mode); Linux, arch/x86/xen/xen-asm.S.
"""

from vlearn.sim.monitors.paths.path import Kind, Path, Stage

NAME = "paravirtual, 64 bits"
_SOURCE = "from Xen's public headers and source; no model runs it"
_TO_KERNEL = "Xen switches to the kernel's page table and builds a frame on its stack"
_BACK = (
    Stage("ring 0", "monitor", "hypercall iret", ("Xen restores the mask and switches to the process's page table",)),
    Stage("ring 3", "process", "IRET or SYSRET", ("the process goes on",)),
)


def _way(kind: Kind, *stages: Stage) -> Path:
    return Path(NAME, kind, (Stage("ring 3", "process", ""), *stages, *_BACK), _SOURCE, "ring 0")


_PATHS = (
    _way(
        "system call",
        Stage("ring 0", "monitor", "SYSCALL", (_TO_KERNEL,)),
        Stage("ring 3", "kernel", "SYSRET", ("the handler that the kernel has registered does its work",)),
    ),
    _way(
        "page fault",
        Stage("ring 0", "monitor", "#PF", ("Xen finds that the fault is not its own", _TO_KERNEL)),
        Stage("ring 3", "kernel", "IRET", ("the handler finds a frame for the page",)),
        Stage("ring 0", "monitor", "hypercall mmu_update", ("Xen checks the entry and writes it",)),
        Stage("ring 3", "kernel", "IRET", ("the handler is done",)),
    ),
    _way(
        "interrupt",
        Stage("ring 0", "monitor", "interrupt", ("Xen marks an event as pending", _TO_KERNEL)),
        Stage("ring 3", "kernel", "IRET", ("the callback takes the event",)),
    ),
)
DOCUMENTED: dict[tuple[str, Kind], Path] = {(NAME, path.kind): path for path in _PATHS}
