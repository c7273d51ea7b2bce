"""Published migrations beside the model's runs of them, in tables: figures, rounds, and what had to be chosen."""

from vlearn.blocks import Block, Table
from vlearn.sim.migration.machine import MIB
from vlearn.sim.migration.published import EXPERIMENTS, reproduce


def draw_published() -> tuple[Table]:
    """Every published figure, the model's, and by how much they differ."""
    rows = []
    for experiment in EXPERIMENTS.values():
        report = reproduce(experiment.name)
        for figure in experiment.figures:
            ours = figure.of(report)
            rows.append(
                (
                    f"{experiment.name}, {experiment.memory // MIB} MB",
                    figure.name,
                    figure.shown,
                    f"{ours:.4g} {figure.unit}",
                    f"{ours / figure.value - 1:+.1%}",
                )
            )
    header = ("Workload", "Figure", "Published", "The model", "Difference")
    return (Table(header, tuple(rows), "Experiments of Clark et al., NSDI 2005. A MB has 2²⁰ bytes."),)


def draw_experiment(name: str, skips: bool = True) -> tuple[Block, ...]:
    """The rounds of one of them, with or without the skip of pages that are dirty again, and the parameters chosen."""
    report = reproduce(name, skips)
    rows = tuple(
        (
            "paused" if one.paused else str(one.number),
            f"{one.sent_bytes / MIB:.1f}",
            f"{one.skipped * 4096 / MIB:.1f}",
            f"{one.seconds:.2f}",
            f"{one.rate * 8 / MIB:.0f}",
        )
        for one in report.rounds
    )
    said = f"{name}: {report.memory_sent / MIB:.0f} MB sent, {report.downtime * 1000:.0f} ms of downtime"
    chosen = tuple((one.name, one.value, one.why) for one in EXPERIMENTS[name].chosen)
    return (
        Table(("Round", "Sent (MB)", "Skipped (MB)", "Lasts (s)", "Rate (Mbit/s)"), rows, said),
        Table(("Chosen", "Value", "Because"), chosen, "Not in the paper, so chosen."),
    )
