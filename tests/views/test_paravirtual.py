from tests.sim.monitors.paravirtual.asking import at, domain, step, update
from tests.sim.monitors.paravirtual.test_paging import assisted
from tests.views.geometry import collisions, root_of, texts_of
from vlearn.sim.monitors.paravirtual import PARAVIRTUAL, ported_guest
from vlearn.sim.monitors.paravirtual.layout import TABLE_FRAME
from vlearn.sim.monitors.vm import trace_guest
from vlearn.trace import Event
from vlearn.views.paravirtual import draw_domain, lit


def event(kinds, sentences, kind):
    return Event(kind, sentences[kinds.index(kind)])


def test_a_new_domain_is_drawn_without_faults():
    (figure,) = draw_domain(domain(), None)
    assert collisions(figure.svg) == []
    assert "257 frames of a guest" in figure.alt
    assert "Frame 0xff is a page table: 255 pages writable, 2 not; 1 use, 3 references." in figure.alt


def test_a_refused_update_is_lit_and_said():
    _, kinds, vm, sentences = update(domain(), (TABLE_FRAME, 0x21, TABLE_FRAME << 12 | 3))
    refused = event(kinds, sentences, "refused")
    assert lit(refused) == {TABLE_FRAME}
    (figure,) = draw_domain(vm, refused)
    assert collisions(figure.svg) == []
    assert "is refused: frame 0xff is a page table" in figure.alt
    assert figure.svg.count("<circle") == 1


def test_a_table_out_of_use_is_drawn_apart():
    kinds, vm, sentences = step(at(assisted("unhook"), "store", edi=0x20000, eax=0x30003))
    (figure,) = draw_domain(vm, event(kinds, sentences, "unhooked"))
    assert collisions(figure.svg) == []
    words = [area.words for area in texts_of(root_of(figure.svg))]
    assert "page table in frame 0x20, out of use" in words
    assert "The page table in frame 0x20 is out of use." in figure.alt


def test_every_update_of_the_kernel_is_drawn_without_faults():
    run = trace_guest(PARAVIRTUAL, PARAVIRTUAL.start(ported_guest("kernel_pv")))
    drawn = [taken for taken in run.steps if taken.event.kind in ("validated", "refused", "callback")]
    for taken in drawn[:9]:
        (figure,) = draw_domain(taken.state, taken.event)
        assert collisions(figure.svg) == []
