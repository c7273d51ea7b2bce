"""A question whose key is which pods a label selector picks."""

from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.cluster_scenes import APPS, labels_text, pod_names
from vlearn.questions.generators.forms import chosen, plain_table
from vlearn.questions.generators.posed import Posed
from vlearn.sim.kubernetes.api.selector import Selector, parse_selector

VALUES = {"tier": ("web", "api", "db"), "env": ("prod", "test", "dev"), "team": ("red", "blue")}
COUNT = 6


def selected_pods(rng: Random) -> Posed:
    """Which pods does `kubectl get pods -l` list?"""
    while True:
        selector = parse_selector(",".join(_requirement(rng, key) for key in rng.sample(list(VALUES), 2)))
        pods = [_labels(rng) for _ in range(COUNT)]
        right = [selector.matches(labels) for labels in pods]
        if 1 <= sum(right) <= 4 and len({str(labels) for labels in pods}) == COUNT:
            break
    names = pod_names(rng, rng.choice(APPS), COUNT)
    rows = tuple((f"`{name}`", labels_text(labels)) for name, labels in zip(names, pods, strict=True))
    answer = chosen(
        (f"`{name}`", matches, _why(selector, labels)) for name, labels, matches in zip(names, pods, right, strict=True)
    )
    prompt = (
        Text(f"Which of these pods does `kubectl get pods -l '{selector}'` list?"),
        plain_table(("Pod", "Labels"), rows),
    )
    told = "; ".join(
        f"`{name}`: {_why(selector, labels)}".rstrip(".") for name, labels in zip(names, pods, strict=True)
    )
    solution = Text(
        "The comma means *and*. `key` wants the label whatever its value, `!key` wants none; `=` and `in` want the"
        f" label with such a value; `!=` and `notin` are also met by pods without the label. {told}."
    )
    return Posed(prompt, answer, (solution,))


def _requirement(rng: Random, key: str) -> str:
    one, *others = rng.sample(VALUES[key], len(VALUES[key]))
    two = f"({one},{others[0]})" if len(others) > 1 else f"({one})"
    return rng.choice((key, f"!{key}", f"{key}={one}", f"{key}!={one}", f"{key}!={one}", f"{key} in {two}",
                       f"{key} notin {two}"))  # fmt: skip


def _labels(rng: Random) -> dict[str, str]:
    return {key: rng.choice(values) for key, values in VALUES.items() if rng.random() < 0.7}


def _why(selector: Selector, labels: dict[str, str]) -> str:
    failed = next((each for each in selector.requirements if not each.matches(labels)), None)
    if failed is not None:
        has = f"{failed.key}={labels[failed.key]}" if failed.key in labels else f"no label {failed.key}"
        return f"It has {has}, which `{failed}` does not take."
    if any(each.key not in labels for each in selector.requirements):
        return "It meets both parts: what is unequal to a value may also be missing."
    return "It meets both parts; other labels do not matter."
