"""The pages of a fork: the kernel's counts beside the model's, the recording in place of the kernel, and smaps read."""

import sys

import pytest

from vlearn.lab import real_fork
from vlearn.lab.forked_pages import asked, counts
from vlearn.lab.real_fork import beside_fork, live_answers, model_answers, recorded_answers

SMAPS = """\
1000-3000 rw-p 00000000 00:00 0
Size:                  8 kB
Pss:                   8 kB
Shared_Clean:          0 kB
Shared_Dirty:          0 kB
Private_Clean:         0 kB
Private_Dirty:         8 kB
VmFlags: rd wr
3000-7000 rw-p 00000000 00:00 0 [heap]
Size:                 16 kB
Pss:                  10 kB
Shared_Clean:          4 kB
Shared_Dirty:          8 kB
Private_Clean:         0 kB
Private_Dirty:         4 kB
VmFlags: rd wr
"""


def test_the_model_counts_as_the_recorded_kernel_did():
    assert model_answers() == recorded_answers()[0]


def test_the_model_counts_as_this_kernel_does():
    if (found := live_answers()) is None:
        pytest.skip("no Linux that tells what processes share")
    assert found == model_answers()


def test_a_mapping_is_found_by_its_address_and_counted_in_pages():
    assert counts(SMAPS, 0x3000, 4, page=4096) == {"shared": 3, "private": 1, "pss": 2.5}
    assert counts(SMAPS, 0x1000, 2, page=4096) == {"shared": 0, "private": 2, "pss": 2}


REFUSED = [(SMAPS, 0x3000, 3, "mapping of their own"), (SMAPS, 0x5000, 2, "mapping of their own"),
           (SMAPS.replace("Pss:", "Rss:"), 0x3000, 4, "does not say Pss")]  # fmt: skip


@pytest.mark.parametrize(("smaps", "address", "pages", "says"), REFUSED)
def test_what_smaps_does_not_say_is_an_error(smaps, address, pages, says):
    with pytest.raises(OSError, match=says):
        counts(smaps, address, pages, page=4096)


def test_elsewhere_than_on_linux_nothing_is_asked(monkeypatch):
    monkeypatch.setattr("platform.system", lambda: "Elsewhere")
    with pytest.raises(OSError, match="only Linux"):
        asked(4, range(1), range(1))
    monkeypatch.setattr(sys, "platform", "elsewhere")
    assert live_answers() is None


def test_a_process_that_fails_leads_to_the_recording(monkeypatch):
    monkeypatch.setattr(real_fork, "PAGES", 0)  # no mapping has no pages
    assert live_answers() is None


def test_without_linux_the_page_says_that_it_is_recorded(monkeypatch):
    monkeypatch.setattr(real_fork, "live_answers", lambda: None)
    shown = str(beside_fork())
    assert "recorded on Linux 6.18" in shown
    assert shown.count("yes") == len(model_answers())
    assert "NO" not in shown


def test_a_difference_is_named(monkeypatch):
    monkeypatch.setattr(real_fork, "live_answers", lambda: None)
    other = tuple((moment, who, {**found, "shared": 1}) for moment, who, found in model_answers())
    monkeypatch.setattr(real_fork, "model_answers", lambda: other)
    assert str(beside_fork()).count("NO") == len(other)
