"""Migration of virtual machines, page by page: cold, suspended, pre-copy, post-copy and hybrid.

`migrate` is the step model for machines of a few dozen pages, `transfer` the same over bitmaps for real sizes,
`estimate` the arithmetic of rates, `plan` the advice. Sizes are bytes, times seconds, rates bytes a second.
"""

from vlearn.sim.migration.combined import Phases, Recorded, Together, hot_set
from vlearn.sim.migration.estimate import Estimate, estimate
from vlearn.sim.migration.failure import PARTS, Failure
from vlearn.sim.migration.machine import GIB, MIB, Link, VirtualMachine
from vlearn.sim.migration.migrate import Migrate, Repair, migrate
from vlearn.sim.migration.patterns import IDLE, PAGE, Pattern, Sequential, Uniform
from vlearn.sim.migration.planner import Plan, plan
from vlearn.sim.migration.policies import CLARK_2005, POLICIES, XEN_2005, XEN_TODAY, plain, policy, qemu
from vlearn.sim.migration.report import Report, Round
from vlearn.sim.migration.state import STAGES, Host, Migration, before
from vlearn.sim.migration.strategies import PUSHES, Cold, Hybrid, PostCopy, PreCopy, Strategy, Suspend
from vlearn.sim.migration.trace_file import read_trace
from vlearn.sim.migration.transfer import transfer

__all__ = [
    "CLARK_2005",
    "GIB",
    "IDLE",
    "MIB",
    "PAGE",
    "PARTS",
    "POLICIES",
    "PUSHES",
    "STAGES",
    "XEN_2005",
    "XEN_TODAY",
    "Cold",
    "Estimate",
    "Failure",
    "Host",
    "Hybrid",
    "Link",
    "Migrate",
    "Migration",
    "Pattern",
    "Phases",
    "Plan",
    "PostCopy",
    "PreCopy",
    "Recorded",
    "Repair",
    "Report",
    "Round",
    "Sequential",
    "Strategy",
    "Suspend",
    "Together",
    "Uniform",
    "VirtualMachine",
    "before",
    "estimate",
    "hot_set",
    "migrate",
    "plain",
    "plan",
    "policy",
    "qemu",
    "read_trace",
    "transfer",
]
