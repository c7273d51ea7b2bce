"""Kinds of hypervisors: what stands between a guest and the hardware, and what each layer costs and risks.

    operation("In the host's kernel", "disk read", "emulated")   # operations: legs, .count("exit"), .host_copies
    followed(operation(...))                                     # following: a Trace with the counts so far
    trusted_lines("MicroVM"), blast_radius("MicroVM", "Firecracker of A")     # trust
    choose(["tenants are strangers", "live migration"]).kinds    # choice: rules, then rank
    product("Xen"), claims("KVM with QEMU"), disputed()          # products: who calls it what

How a monitor runs a guest's instructions is in `vlearn.sim.monitors`, how devices work in `vlearn.sim.devices`; kinds
and paths here are theirs, put together.
"""

from vlearn.sim.datacenter.hypervisors.choice import RULES, Choice, choose
from vlearn.sim.datacenter.hypervisors.following import Followed, followed
from vlearn.sim.datacenter.hypervisors.kinds import BARE, KINDS, Switch, kind, trip
from vlearn.sim.datacenter.hypervisors.operations import DEVICES, LACKS, OPERATIONS, Leg, Operation, operation
from vlearn.sim.datacenter.hypervisors.products import CLAIMS, PRODUCTS, Claim, Product, claims, disputed, product
from vlearn.sim.datacenter.hypervisors.trust import (
    FILES,
    Part,
    Size,
    blast_radius,
    parts,
    routes,
    trusted,
    trusted_lines,
)

__all__ = [
    "BARE",
    "CLAIMS",
    "DEVICES",
    "FILES",
    "KINDS",
    "LACKS",
    "OPERATIONS",
    "PRODUCTS",
    "RULES",
    "Choice",
    "Claim",
    "Followed",
    "Leg",
    "Operation",
    "Part",
    "Product",
    "Size",
    "Switch",
    "blast_radius",
    "choose",
    "claims",
    "disputed",
    "followed",
    "kind",
    "operation",
    "parts",
    "product",
    "routes",
    "trip",
    "trusted",
    "trusted_lines",
]
