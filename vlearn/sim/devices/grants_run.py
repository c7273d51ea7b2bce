"""What the hypervisor does with each call on a grant table, and for what it refuses one."""

from collections.abc import Iterator
from dataclasses import replace

from vlearn.errors import ModelError
from vlearn.sim.devices.grants import (
    RESERVED,
    CopyGrant,
    DomainDies,
    EndAccess,
    Grant,
    GrantAccess,
    GrantCall,
    GrantTable,
    MapGrant,
    Mapping,
    UnmapGrant,
)
from vlearn.trace import Event, Step

GENERAL_ERROR, BAD_REFERENCE, BAD_HANDLE = "GNTST_general_error", "GNTST_bad_gntref", "GNTST_bad_handle"


def use_grants(table: GrantTable, call: GrantCall) -> Iterator[Step[GrantTable]]:
    """One call by the owner or by another domain. Raises ModelError if the owner names an entry it does not have."""
    match call:
        case GrantAccess():
            yield _grant(table, call)
        case MapGrant():  # and CopyGrant
            yield _use(table, call)
        case UnmapGrant(domain, handle):
            yield _unmap(table, domain, handle)
        case EndAccess(reference):
            yield _end(table, reference)
        case DomainDies(domain):
            left = tuple(mapping for mapping in table.mappings if mapping.domain != domain)
            count = len(table.mappings) - len(left)
            text = f"the hypervisor removes what domain {domain} had mapped of domain {table.owner} ({count} in all)"
            yield Step(Event("unmapped-by-xen", text), replace(table, mappings=left))


def refusal(table: GrantTable, call: MapGrant) -> tuple[str, str] | None:
    """The status and the reason for which the hypervisor refuses, if it does."""
    if call.reference >= len(table.entries):
        return BAD_REFERENCE, f"the table of domain {table.owner} ends at {len(table.entries) - 1}"
    grant = table.entries[call.reference]
    if grant is None or grant.domain != call.domain:
        return GENERAL_ERROR, f"domain {table.owner} has granted it nothing there"
    if call.writes and not grant.writable:
        return GENERAL_ERROR, "the grant is for reading alone"
    return None


def _grant(table: GrantTable, call: GrantAccess) -> Step[GrantTable]:
    free = next((n for n, grant in enumerate(table.entries) if n >= RESERVED and grant is None), None)
    if free is None:
        return Step(Event("table-full", f"domain {table.owner} has no free entry in its grant table"), table)
    how = "read and write" if call.writable else "read"
    text = f"domain {table.owner} grants domain {call.domain} to {how} its frame {call.frame:#x}: reference {free}"
    granted = table.set(free, Grant(call.domain, call.frame, call.writable))
    return Step(Event("granted", text, (f"grant[{free}]",)), granted)


def _use(table: GrantTable, call: MapGrant) -> Step[GrantTable]:
    verb = "copy" if isinstance(call, CopyGrant) else "map"
    touches = (f"grant[{call.reference}]",)
    if refused := refusal(table, call):
        status, why = refused
        text = f"domain {call.domain} may not {verb} reference {call.reference}: {why} ({status})"
        return Step(Event("grant-refused", text, touches), table)
    text = f"domain {call.domain} {'copies' if verb == 'copy' else 'maps'} reference {call.reference} of domain"
    if verb == "copy":
        return Step(Event("copied", f"{text} {table.owner}", touches), table)
    mapping = Mapping(table.handles, call.domain, call.reference, call.writes)
    after = replace(table, mappings=(*table.mappings, mapping), handles=table.handles + 1)
    return Step(Event("mapped", f"{text} {table.owner}: handle {mapping.handle}", touches), after)


def _unmap(table: GrantTable, domain: int, handle: int) -> Step[GrantTable]:
    left = tuple(mapping for mapping in table.mappings if (mapping.domain, mapping.handle) != (domain, handle))
    if left == table.mappings:
        return Step(Event("grant-refused", f"domain {domain} has no handle {handle} ({BAD_HANDLE})"), table)
    return Step(Event("unmapped", f"domain {domain} gives up handle {handle}"), replace(table, mappings=left))


def _end(table: GrantTable, reference: int) -> Step[GrantTable]:
    last = len(table.entries) - 1
    if not RESERVED <= reference <= last or table.entries[reference] is None:
        raise ModelError(
            f"domain {table.owner} has granted nothing under reference {reference}; references run to {last}"
        )
    touches = (f"grant[{reference}]",)
    if table.mapped(reference):
        text = f"domain {table.owner} cannot end the access to reference {reference}: it is mapped"
        return Step(Event("still-mapped", text, touches), table)
    text = f"domain {table.owner} ends the access to reference {reference}"
    return Step(Event("ended", text, touches), table.set(reference, None))
