"""Whether the run of a question about layers shows what its key says, by the generator's name."""

import re

from vlearn.questions.generators.files_listing import held
from vlearn.questions.generators.files_lookup import ABSENT, LAYERS
from vlearn.questions.generators.files_results import results
from vlearn.sim.files import Failure
from vlearn.sim.files.overlay.sizes import copied_up
from vlearn.sim.images.layering import image_size, visible


def path_of(item):
    return tuple(item.strip("`/").split("/"))


def keys(question):
    answer = question.answer
    return {item: answer.categories[n] for item, n in zip(answer.items, answer.key, strict=True)}


def listed(question, trace):
    asked = re.search(r"`ls /(\w*)`", question.prompt[-1].markdown)[1]
    try:
        names = trace.final.entries((asked,) if asked else ())
    except Failure:
        return False
    text = question.answer.options[question.answer.correct].text
    return text == (f"`{'  '.join(names)}`" if names else "nothing")


def left_in_upper(question, trace):
    return all(held(trace.final, path_of(item)) == what for item, what in keys(question).items())


def looked_up(question, trace):
    names = {"upper": LAYERS[0]} | {f"lower {n}": name for n, name in enumerate(LAYERS[1:])}
    found = {
        step.event.touches[0]: names[step.event.touches[1]] if len(step.event.touches) > 1 else ABSENT
        for step in trace.steps
        if step.event.kind == "look-up"
    }
    return all(found.get(item.strip("`")) == layer for item, layer in keys(question).items())


def resulted(question, trace):
    rows = question.answer.rows
    ended = [step.event for step in trace.steps if step.event.kind == "done" or step.event.kind.isupper()]
    called = [event.text.partition("(")[0] for event in ended]
    return called == [re.match(r"`(\w+)", row[0])[1] for row in rows] and list(results(trace, len(rows))) == [
        row[1] for row in rows
    ]


def bytes_came_up(question, trace):
    return copied_up(trace) == question.answer.value


def disk_held(question, trace):
    words = question.prompt[-1].markdown
    removals = [n for n, kind in enumerate(trace.kinds) if kind.startswith("remove")]
    before = trace.state_at(removals[0] if removals else len(trace)).used()
    freed = before - trace.final.used()
    return question.answer.value == (freed if "become free" in words else trace.final.used())


def image_weighed(question, trace):
    asked = question.prompt[-1].markdown
    layers, seen = image_size(trace.final), visible(trace.final)
    return question.answer.value == (layers if "all layers" in asked else seen if "see" in asked else layers - seen)


SHOWN_BY_FILES = {
    "merged-listing": listed,
    "upper-after": left_in_upper,
    "which-layer": looked_up,
    "results-of-calls": resulted,
    "bytes-copied": bytes_came_up,
    "disk-use": disk_held,
    "image-after-deletion": image_weighed,
}
