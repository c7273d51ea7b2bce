"""Paravirtualization with the interface of Xen: a guest kernel that was ported to its monitor.

    vm = PARAVIRTUAL.start(ported_guest("kernel_pv"))     # Vm[Domain]; the monitor's accounts are vm.monitor.pages
    trace_guest(PARAVIRTUAL, vm)                          # direct, system-call, hypercall, validated, refused ...
    build(cpu, traps=..., callback=..., stores="unhook")  # a domain with what its program does not register itself
    COSTS.cycles(vm.counts)
    HYPERCALLS, RULES                                     # the interface, and what becomes of each instruction
    port(source, interrupts="handler")                    # Port(source, program, difference, applied)
    port_of_the_kernel()                                  # Difference(lines, before, removed, added), .share in percent
    entries(1 << 30, entry_size=8), measured(1024, "batch")   # by arithmetic, and in a run
    recount(vm) == kept(vm), exposed(vm) == ()            # what must always hold
    mappings(vm), tables_walked(vm)                       # what the processor would find

What an update changes is in `accounts`, `validation`, `updates` and `writable`, which know nothing of a processor.
"""

from vlearn.sim.monitors.paravirtual.accounts import GUEST, MONITOR, NEIGHBOUR, TYPES, Page, Paging, Refused
from vlearn.sim.monitors.paravirtual.counting import WAYS, Entries, entries, measured
from vlearn.sim.monitors.paravirtual.domain import Domain, Handler, Pv, Unhooked, paging
from vlearn.sim.monitors.paravirtual.guests import (
    PORTED,
    Difference,
    Line,
    compare,
    labels,
    loaded,
    port_of_the_kernel,
    ported_guest,
)
from vlearn.sim.monitors.paravirtual.interface import BY_NAME, BY_NUMBER, ERRORS, HYPERCALLS, SYMBOLS, Hypercall
from vlearn.sim.monitors.paravirtual.layout import build
from vlearn.sim.monitors.paravirtual.monitor import COSTS, PARAVIRTUAL, run_paravirtual
from vlearn.sim.monitors.paravirtual.port import UPCALL, Port, port
from vlearn.sim.monitors.paravirtual.recount import Mapping, exposed, kept, mappings, recount, tables_walked
from vlearn.sim.monitors.paravirtual.rules import RULES, Rule, rule_for

__all__ = [
    "BY_NAME",
    "BY_NUMBER",
    "COSTS",
    "ERRORS",
    "GUEST",
    "HYPERCALLS",
    "MONITOR",
    "NEIGHBOUR",
    "PARAVIRTUAL",
    "PORTED",
    "RULES",
    "SYMBOLS",
    "TYPES",
    "UPCALL",
    "WAYS",
    "Difference",
    "Domain",
    "Entries",
    "Handler",
    "Hypercall",
    "Line",
    "Mapping",
    "Page",
    "Paging",
    "Port",
    "Pv",
    "Refused",
    "Rule",
    "Unhooked",
    "build",
    "compare",
    "entries",
    "exposed",
    "kept",
    "labels",
    "loaded",
    "mappings",
    "measured",
    "paging",
    "port",
    "port_of_the_kernel",
    "ported_guest",
    "recount",
    "rule_for",
    "run_paravirtual",
    "tables_walked",
]
