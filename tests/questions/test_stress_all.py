from vlearn.content import question_bank
from vlearn.questions.bank import load_bank
from vlearn.questions.stress import tried
from vlearn.questions.stress_all import FEW, all_tried


def test_many_generators_on_all_cores_find_what_each_alone_does():
    quick = [entry for entry in load_bank() if entry.generator and entry.chapter == "ch06"][: FEW + 1]
    together = dict(zip((entry.id for entry in quick), all_tried(quick, question_bank(), 5), strict=True))
    for entry in quick:
        same, trial = together[entry.id]
        alone = tried(entry, 5)
        assert same is entry
        assert (trial.findings, trial.seeds, trial.variants) == (alone.findings, alone.seeds, alone.variants)


def test_few_are_done_in_this_process():
    one = [entry for entry in load_bank() if entry.generator][:1]
    ((entry, trial),) = all_tried(one, question_bank() / "nowhere", 3)
    assert (entry, trial.findings) == (one[0], ())
