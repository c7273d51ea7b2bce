"""Keys of chapter 2's generators, recomputed by rules of this file from what the prompt prints."""

import re
from collections import Counter
from random import Random

import pytest

from vlearn.questions.generators import GENERATORS
from vlearn.questions.generators.hypervisors_choosing import NEEDS, WHY
from vlearn.questions.generators.hypervisors_order import HAPPENS, sentences
from vlearn.questions.generators.hypervisors_scenes import PRODUCT
from vlearn.questions.generators.hypervisors_trust import BOTH, ELSEWHERE, NEITHER
from vlearn.questions.model import SingleChoice
from vlearn.render.text import to_text
from vlearn.sim.datacenter.hypervisors import KINDS, PRODUCTS, RULES, operation

SEEDS = range(16)
NAMES = (
    "order-hypervisor-path", "right-layers", "whose-path", "workload-switches", "more-switches", "cost-by-kind",
    "radius-of-bug", "who-must-trust", "choose-for-needs", "ruled-out-by-needs", "who-owns-hardware",
)  # fmt: skip


def pose(name, seed):
    return GENERATORS[name].pose(Random(seed))


def words_of(posed):
    return posed.prompt[0].markdown


def option(posed):
    return posed.answer.options[posed.answer.correct]


def chosen(posed):
    return {posed.answer.options[n].text for n in posed.answer.correct}


def named(words, names):
    """The longest of these names that stands in the words."""
    return max((name for name in names if name in words), key=len)


def arrows(posed):
    """Arrows of each path that the table shows, by product and by what takes it."""
    rows = posed.prompt[1].rows if len(posed.prompt) > 1 else ()
    return {(under, what): path.count("→") for under, what, path in rows}


def switches(posed, under):
    """Switches of a call, a block and a packet, from the arrows of the table and the numbers of the prompt."""
    shown, words = (
        {what: count for (product, what), count in arrows(posed).items() if product == under},
        words_of(posed),
    )
    if under == "bare metal" or not shown:
        return 2, 2, 2
    if "a notification" in shown:
        return 2, 2 + shown["a notification"], 2 + shown["a notification"]
    block, packet = int(re.search(r"that takes (\d+)", words)[1]), int(re.search(r"A packet takes (\d+)", words)[1])
    plain = shown.get("any other access that exits", shown.get("any access that exits"))
    start = shown.get("the access that starts the device", plain)
    return 2, 2 + start + (block - 1) * plain, 2 + start + (packet - 1) * plain


def numbers(posed):
    return [int(n) for n in re.findall(r"(?:makes|reads|sends) (\d+)", words_of(posed))]


def total(posed, under):
    return sum(n * each for n, each in zip(numbers(posed), switches(posed, under), strict=True))


@pytest.mark.parametrize("seed", SEEDS)
def test_switches_of_a_workload_are_arrows_and_two_for_each_operation(seed):
    posed = pose("workload-switches", seed)
    words = words_of(posed)
    if posed.answer.unit == "switches":
        assert posed.answer.value == total(posed, named(words, PRODUCT.values()))
    else:
        _, blocks, packets = numbers(posed)
        block, packet = 1, 1
        if "are emulated" in words:
            block, packet = (int(re.search(rf"{what} (\d+)", words)[1]) for what in ("that takes", "A packet takes"))
        assert posed.answer.value == (0 if "passed through" in words else blocks * block + packets * packet)


def test_switches_and_exits_and_all_sorts_of_devices_are_asked_for():
    asked = Counter(
        (pose("workload-switches", seed).answer.unit, re.search("paravirtual:|are emulated|passed through", words)[0])
        for seed in range(100)
        for words in [words_of(pose("workload-switches", seed))]
    )
    assert len(asked) == 6


@pytest.mark.parametrize("seed", SEEDS)
def test_the_difference_of_two_kinds_is_that_of_their_totals(seed):
    posed = pose("more-switches", seed)
    one, other = re.search(r"more does all this take (.+?) than (.+?)\?", words_of(posed)).groups()
    difference = total(posed, named(one, PRODUCT.values())) - total(posed, named(other, PRODUCT.values()))
    assert posed.answer.value == difference > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_costs_side_by_side_are_arrows_exits_and_the_copies_that_the_prompt_names(seed):
    posed = pose("cost-by-kind", seed)
    (number,) = numbers(posed)
    reading = "reads" in words_of(posed)
    for product, *told in posed.answer.rows:
        bare = product == "bare metal"
        more = not bare and (not reading or product not in ("VMware ESXi", "Xen with Dom0"))
        expected = (switches(posed, product)[1], 0 if bare else 1, 1 + more)
        assert told == [str(number * n) for n in expected]


@pytest.mark.parametrize("seed", SEEDS)
def test_items_come_in_the_order_in_which_the_whole_path_has_them(seed):
    posed = pose("order-hypervisor-path", seed)
    whole = to_text(posed.solution)
    places = [whole.index(posed.answer.items[n]) for n in posed.answer.key]
    assert places == sorted(places)
    assert len(places) >= 6


@pytest.mark.parametrize("what", ["disk read", "packet sent"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_visit_of_a_path_has_a_sentence_of_its_own_and_none_is_left(kind, what):
    found = operation(kind, what)
    told = list(sentences(found))
    assert len(told) == len(set(told)) == found.count()
    outside = sum(len(texts) for texts in HAPPENS[kind].values())
    assert outside == len(told) - 3  # the driver twice, and the process


@pytest.mark.parametrize("seed", SEEDS)
def test_a_right_path_keeps_to_what_every_path_must(seed):
    posed = pose("right-layers", seed)
    right = option(posed).text.split(" → ")
    assert right[:2] == ["guest's process", "guest's kernel"] == right[:-3:-1]
    if "knows by itself" in words_of(posed):
        assert len(right) == 3
    elif "ESXi" in words_of(posed):
        assert right[2:-2] == ["VMkernel"]
    elif "Xen" in words_of(posed):
        assert right[2:-2] == ["Xen", "Dom0's kernel", "Xen", "Dom0's kernel", "Xen"]
    else:
        model = named(words_of(posed), ("QEMU", "Firecracker", "VMApp"))
        inner = ["host's kernel", model, "host's kernel", model, "host's kernel"]
        assert right[2:-2] == (["VMM", *inner, "VMM"] if model == "VMApp" else inner)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_arrangement_is_told_by_its_path_and_by_who_is_in_user_mode(seed):
    posed = pose("whose-path", seed)
    path = re.search(r"\*\*(.+?)\*\*", words_of(posed))[1].split(" → ")[2:-2]
    users = {letter for letter in path if f"{letter} in user mode" in words_of(posed)}
    said = {
        (1, 0): "real drivers in itself", (2, 0): "service domain", (3, 1): "hosted", (2, 1): "host's kernel that is",
    }  # fmt: skip
    assert said[len(set(path)), len(users)] in option(posed).text


def test_all_arrangements_come_up():
    assert len({option(pose("whose-path", seed)).text for seed in range(40)}) == 4


def reach(words, taken):
    """What somebody has who has this part, by rules of this file: sets of words that stand in an option."""
    first, second = re.search(r"Two guests, `(\w+)` and `(\w+)`", words).groups()
    guest = next((name for name in (first, second) if f"`{name}`" in taken), "")
    own = {f"the kernel of `{guest}`", f"the programs of `{guest}`"}
    everyone = {f"the {what} of `{name}`" for name in (first, second) for what in ("kernel", "programs")}
    models = {f"the {model} of `{name}`" for name in (first, second) for model in ("QEMU", "VMApp", "Firecracker")}
    if taken.startswith("the programs"):
        return {taken}
    if taken.startswith("the kernel of"):
        return own
    if not guest:
        return everyone | models | {"the host's other files", "Dom0's kernel", "Xen", "the host's kernel", "the VMM"}
    if " confined to " in words:
        return own | {taken}
    beneath = {"the host's kernel with KVM", "Dom0's kernel", "Xen"}
    return everyone | models | {"the host's other files"} | (set() if "VMApp" in taken else beneath)


@pytest.mark.parametrize("seed", range(32))
def test_a_blast_radius_is_told_by_layer_and_confinement(seed):
    posed = pose("radius-of-bug", seed)
    words = words_of(posed)
    taken = re.search(r"takes over \*\*(.+?)\*\*", words)[1]
    radius = reach(words, taken)
    offered = {one.text[:1].lower() + one.text[1:] if one.text.startswith("The") else one.text
               for one in posed.answer.options}  # fmt: skip
    right = {text[:1].lower() + text[1:] if text.startswith("The") else text for text in chosen(posed)}
    assert right == offered & radius
    assert 1 <= len(right) < len(offered)
    assert ELSEWHERE.capitalize()[:30] in " ".join(one.text for one in posed.answer.options)


@pytest.mark.parametrize("seed", range(32))
def test_trust_is_the_blast_radius_read_backwards(seed):
    posed = pose("who-must-trust", seed)
    words, answer = words_of(posed), posed.answer
    first, second = re.search(r"Two guests, `(\w+)` and `(\w+)`", words).groups()
    for item, place in zip(answer.items, answer.key, strict=True):
        part = item[:1].lower() + item[1:] if item.startswith("The") else item
        radius = reach(words, part) | {part}
        kernels = [f"the kernel of `{name}`" in radius for name in (first, second)]
        told = {(1, 1): BOTH, (1, 0): f"`{first}` alone", (0, 1): f"`{second}` alone", (0, 0): NEITHER}
        assert answer.categories[place] == told[tuple(map(int, kernels))]


def needs_in(words):
    return [need for need, told in NEEDS.items() if told in words]


def meets(kind, words):
    return not any(kind in RULES[need].excludes for need in needs_in(words))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_choice_meets_all_needs_and_reads_with_the_fewest_switches(seed):
    posed = pose("choose-for-needs", seed)
    left = {operation(kind, "disk read").count(): PRODUCT[kind] for kind in KINDS if meets(kind, words_of(posed))}
    assert option(posed).text == left[min(left)]
    counts = [operation(kind, "disk read").count() for kind in KINDS if meets(kind, words_of(posed))]
    assert counts.count(min(counts)) == 1


def test_every_kind_is_the_choice_of_some_needs():
    assert {option(pose("choose-for-needs", seed)).text for seed in range(60)} == {PRODUCT[kind] for kind in KINDS}


@pytest.mark.parametrize("seed", SEEDS)
def test_needs_rule_out_what_some_rule_excludes(seed):
    posed = pose("ruled-out-by-needs", seed)
    assert chosen(posed) == {PRODUCT[kind] for kind in KINDS if not meets(kind, words_of(posed))}
    assert 1 <= len(chosen(posed)) <= 4


def test_every_rule_of_the_model_has_words_and_a_reason_here():
    assert NEEDS.keys() == WHY.keys() == RULES.keys()


@pytest.mark.parametrize("seed", SEEDS)
def test_owners_follow_from_what_the_table_of_products_says(seed):
    answer = pose("who-owns-hardware", seed).answer
    assert set(answer.key) == {0, 1, 2}
    for item, place in zip(answer.items, answer.key, strict=True):
        product = PRODUCTS[item.removesuffix(" on Windows Server")]
        same = product.processor == product.devices
        system = product.processor in ("Linux", "FreeBSD", "the host's kernel")
        told = 1 if not same else 2 if system else 0
        assert place == told


@pytest.mark.parametrize("name", NAMES)
def test_no_wrong_option_is_right_by_another_name(name):
    for seed in range(30):
        answer = pose(name, seed).answer
        if isinstance(answer, SingleChoice):
            assert len({one.text for one in answer.options}) == len(answer.options) >= 4
            assert all(one.feedback for n, one in enumerate(answer.options) if n != answer.correct)
