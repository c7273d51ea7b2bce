from vlearn.render.text import to_text
from vlearn.sim.devices.grants import EndAccess, GrantAccess, GrantTable, MapGrant
from vlearn.sim.devices.grants_run import use_grants
from vlearn.trace import run
from vlearn.views.devices_grants import draw_grants

TRACE = run(use_grants, GrantTable.empty(3), [GrantAccess(2, 0x1001, writable=False), MapGrant(2, 8), EndAccess(8)])


def test_an_entry_says_to_whom_a_page_is_granted_and_who_has_it_mapped():
    drawn = [to_text(draw_grants(step.state, step.event)) for step in TRACE.steps]
    assert "not mapped" in drawn[0]
    assert "domain 2    0x1001  read  handle 0" in drawn[1]
    assert "cannot end the access to reference 8" in drawn[2]


def test_an_empty_table_has_no_rows():
    (table,) = draw_grants(TRACE.start, None)
    assert table.rows == ()
