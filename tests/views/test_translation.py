import pytest

from tests.views.geometry import SVG, collisions, root_of, texts_of
from vlearn.blocks import Figure, Table, Text
from vlearn.sim.cpu import boot
from vlearn.sim.monitors.guests import guest
from vlearn.sim.monitors.translation import BINARY_TRANSLATION, RULES, TranslationCache, Treatment, unit_at
from vlearn.sim.monitors.vm import trace_guest
from vlearn.views.svg import CURRENT, FAULT, READ
from vlearn.views.translation import draw_translation, rules_table
from vlearn.views.translation_cache import draw_cache
from vlearn.views.translation_unit import draw_unit

EVERY_KIND = "start: cli\nmov cr3, eax\nadd eax, dword [ebx+ecx*4+0x12345678]\ncall 0x4100"
LOOP = "start: mov ecx, 5\na: test ecx, 1\njz b\ncall f\nb: dec ecx\njnz a\nhlt\nf: inc eax\nret"
KERNEL = trace_guest(BINARY_TRANSLATION, BINARY_TRANSLATION.start(guest("kernel")))
SMALL = trace_guest(BINARY_TRANSLATION, BINARY_TRANSLATION.start(boot(LOOP)))


def words(figure):
    return [area.words for area in texts_of(root_of(figure.svg))]


def fills(figure, look):
    return sum(rect.get("fill") == look.fill for rect in root_of(figure.svg).iter(f"{SVG}rect"))


def test_a_unit_shows_the_guests_code_the_treatment_as_a_word_and_the_translation():
    figure = draw_unit(unit_at(boot(EVERY_KIND)))
    shown = words(figure)
    for expected in (
        "0x4000  cli",
        "mov byte [vcpu.if], 0",
        "call monitor.mov(cr3, eax)",
        "push 0x4010",
        "jmp [0x4100]",
    ):
        assert expected in shown
    assert [word for word in shown if word in {t.value for t in Treatment}] == [
        "inline", "call-out", "ident", "direct jump",
    ]  # fmt: skip
    assert (fills(figure, READ), fills(figure, FAULT), fills(figure, CURRENT)) == (2, 2, 0)


def test_the_line_that_comes_next_is_lit_on_both_sides_and_said():
    figure = draw_unit(unit_at(boot(EVERY_KIND)), 2)
    assert fills(figure, CURRENT) == 2
    assert "Next comes line 3." in figure.alt


def test_a_unit_that_was_cut_off_goes_on():
    assert "(goes on)" in words(draw_unit(unit_at(boot("start: " + "nop\n" * 13))))


def test_the_cache_has_an_arrow_for_each_exit_solid_where_it_is_patched():
    cache = SMALL.final.monitor.cache
    figure = draw_cache(cache)
    heads = list(root_of(figure.svg).iter(f"{SVG}polygon"))
    dashed = [line for line in root_of(figure.svg).iter(f"{SVG}polyline") if line.get("stroke-dasharray")]
    exits = sum(max(1, len(unit.exits)) for unit in cache.units.values())
    assert len(heads) == exits
    assert len(dashed) == exits - len(cache.links)
    assert "indirect: looked up each time" in words(figure)
    assert "exit to 0x4005: patched" in figure.alt


def test_an_exit_to_a_unit_that_is_not_drawn_says_so():
    figure = draw_cache(SMALL.final.monitor.cache, most=1)
    assert "more units are not drawn" in figure.caption
    assert any("not drawn here" in word for word in words(figure))


def test_an_empty_cache_is_drawn_too():
    assert draw_cache(TranslationCache()).alt == "The translation cache is empty."


@pytest.mark.parametrize("trace", [SMALL, KERNEL], ids=["loop", "kernel"])
def test_every_moment_is_drawn_and_nothing_collides(trace):
    moments = [(trace.start, None), *((step.state, step.event) for step in trace.steps)]
    seen = set()
    for state, event in moments:
        key = (state.monitor.cache.at, state.monitor.cache.links, event.kind if event else "")
        if key in seen:
            continue
        seen.add(key)
        for block in draw_translation(state, event):
            assert isinstance(block, Figure | Text | Table)
            if isinstance(block, Figure):
                assert not collisions(block.svg)


def test_the_rules_are_a_table_of_all_that_is_not_copied():
    assert len(rules_table().rows) == len(RULES)
    assert {row[1] for row in rules_table(Treatment.INLINE).rows} == {"inline"}
