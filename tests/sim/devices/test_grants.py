import pytest

from vlearn.errors import ModelError
from vlearn.sim.devices.grants import CopyGrant, DomainDies, EndAccess, GrantAccess, GrantTable, MapGrant, UnmapGrant
from vlearn.sim.devices.grants_run import use_grants
from vlearn.trace import reachable, run

TABLE = GrantTable.empty(3, 16)
CALLS = [  # what is done after domain 3 granted frame 1 for reading (8) and frame 2 for writing (9) to domain 2
    (MapGrant(2, 8), "mapped", ""),
    (MapGrant(2, 8, writes=True), "grant-refused", "GNTST_general_error"),
    (MapGrant(2, 9, writes=True), "mapped", ""),
    (MapGrant(4, 9), "grant-refused", "GNTST_general_error"),
    (MapGrant(2, 10), "grant-refused", "GNTST_general_error"),
    (MapGrant(2, 16), "grant-refused", "GNTST_bad_gntref"),
    (CopyGrant(2, 8), "copied", ""),
    (CopyGrant(2, 8, writes=True), "grant-refused", "GNTST_general_error"),
    (CopyGrant(2, 9, writes=True), "copied", ""),
    (UnmapGrant(2, 0), "grant-refused", "GNTST_bad_handle"),
    (EndAccess(8), "ended", ""),
]
GRANTED = run(use_grants, TABLE, [GrantAccess(2, 1, writable=False), GrantAccess(2, 2)]).final


@pytest.mark.parametrize(("call", "kind", "status"), CALLS)
def test_the_hypervisor_checks_each_use_of_a_grant(call, kind, status):
    (step,) = run(use_grants, GRANTED, [call]).steps
    assert step.event.kind == kind
    assert status in step.event.text


def test_a_mapped_grant_cannot_be_taken_back():
    calls = [MapGrant(2, 8), EndAccess(8), UnmapGrant(2, 0), EndAccess(8), MapGrant(2, 8)]
    assert run(use_grants, GRANTED, calls).kinds == ("mapped", "still-mapped", "unmapped", "ended", "grant-refused")


def test_another_domains_handle_is_no_handle():
    assert run(use_grants, GRANTED, [MapGrant(2, 8), UnmapGrant(4, 0)]).kinds == ("mapped", "grant-refused")


def test_a_dead_domain_holds_nothing():
    calls = [MapGrant(2, 8), MapGrant(2, 9), DomainDies(2), EndAccess(8), EndAccess(9)]
    assert run(use_grants, GRANTED, calls).kinds[2:] == ("unmapped-by-xen", "ended", "ended")


def test_a_table_can_be_full():
    kinds = run(use_grants, GrantTable.empty(3, 10), [GrantAccess(2, frame) for frame in range(3)]).kinds
    assert kinds == ("granted", "granted", "table-full")


def test_no_page_is_mapped_without_a_grant_in_any_reachable_state():
    calls = [
        GrantAccess(2, 1, writable=False),
        *(MapGrant(domain, ref, writes) for domain in (2, 4) for ref in (8, 9) for writes in (False, True)),
        *(UnmapGrant(2, handle) for handle in range(3)),
        DomainDies(2),
    ]

    def bounded(table, call):
        if table.handles < 3 or not isinstance(call, MapGrant):
            yield from use_grants(table, call)

    for table in reachable(bounded, GrantTable.empty(3, 10), calls):
        for mapping in table.mappings:
            grant = table.entries[mapping.reference]
            assert grant.domain == mapping.domain
            assert grant.writable or not mapping.writes


@pytest.mark.parametrize("reference", [-1, 1 << 32])
def test_a_reference_is_a_32_bit_number(reference):
    with pytest.raises(ModelError, match="out of range"):
        MapGrant(2, reference)


@pytest.mark.parametrize("reference", [-1, 0, 10, 16])
def test_an_owner_ends_only_what_it_granted(reference):
    with pytest.raises(ModelError, match="references run to 15"):
        run(use_grants, GRANTED, [EndAccess(reference)])


def test_frames_and_tables_have_sizes():
    with pytest.raises(ModelError, match="no frame -1"):
        GrantAccess(2, -1)
    with pytest.raises(ModelError, match="reserved"):
        GrantTable.empty(3, 8)
