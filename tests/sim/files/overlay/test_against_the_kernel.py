"""The model beside the machine's own overlayfs: the same random operations, the same answers, the same upper layer.

VLEARN_OVERLAY_OPERATIONS says how many operations are run, 500 by default.
"""

import os

import pytest
from hypothesis import HealthCheck, given, settings

from tests.conformance.overlay_cases import overlay
from tests.sim.files.overlay.recorder import Recorder, cases, mapping_cases, why_not

OPERATIONS = int(os.environ.get("VLEARN_OVERLAY_OPERATIONS", "500"))
EACH = 20
SETTINGS = settings(
    deadline=None, max_examples=max(1, OPERATIONS // EACH), suppress_health_check=list(HealthCheck), database=None
)


@pytest.fixture(scope="module")
def recorder():
    reason = why_not()
    if reason is not None:
        pytest.skip(reason)
    with Recorder() as running:
        yield running


@SETTINGS
@given(case=cases(EACH))
def test_the_model_does_what_the_kernel_does(recorder, case):
    recorded = recorder.record(case)
    assert "mount" not in recorded, recorded
    assert overlay(recorded) is None


@SETTINGS
@given(case=mapping_cases(EACH))
def test_descriptors_and_mappings_see_what_the_kernel_shows(recorder, case):
    recorded = recorder.record(case)
    assert "mount" not in recorded, recorded
    assert overlay(recorded) is None
