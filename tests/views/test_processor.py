from tests.views.geometry import SVG, collisions, root_of, texts_of
from vlearn.sim.cpu import boot, run_program
from vlearn.views.processor import draw_processor
from vlearn.views.svg import CURRENT, READ

TRACE = run_program(boot("start: mov eax, 5\nadd eax, 0xfffffffb\ncli\nmov ebx, cs\nagain: nop\nhlt", interrupts=True))


def figures():
    for n in range(len(TRACE) + 1):
        (figure,) = draw_processor(TRACE.state_at(n), TRACE.steps[n - 1].event if n else None)
        yield figure


def words(figure):
    return [area.words for area in texts_of(root_of(figure.svg))]


def test_nothing_collides_at_any_moment():
    for figure in figures():
        assert collisions(figure.svg) == []


def test_what_an_instruction_has_changed_is_lit():
    _, moved, added, *_ = figures()
    lit = [sum(rect.get("fill") == READ.fill for rect in root_of(f.svg).iter(f"{SVG}rect")) for f in (moved, added)]
    assert lit == [2, 5]  # eip and eax; then the flags too, with IF and IOPL, which share their register
    assert "CF PF AF ZF" in words(added)


def test_the_coming_instruction_and_the_ring_are_lit_and_labels_are_shown():
    first = next(figures())
    assert sum(rect.get("fill") == CURRENT.fill for rect in root_of(first.svg).iter(f"{SVG}rect")) == 2
    assert next(word for word in words(first) if "start" in word).split() == ["start:", "mov", "eax,", "5"]
    assert any(word.startswith("again:") for word in words(first))
    assert "Next comes mov eax, 5." in first.alt


def test_a_processor_without_code_shows_none():
    (figure,) = draw_processor(boot().jump(0xE000), None)
    assert "No instruction comes next." in figure.alt
