"""`vlearn bank` as an author types it."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from shutil import copytree

import pytest
from click.testing import CliRunner

from vlearn.cli import main
from vlearn.commands.bank import bank
from vlearn.content import question_bank
from vlearn.questions.stress import SEEDS

AIM = "ch06-count-references"


def vlearn(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def begun(folder, *more):
    return vlearn("bank", "new", "--bank", folder, "--chapter", "ch06", "--objective", AIM, *more)


def test_a_new_question_is_written_and_the_linter_says_what_it_lacks(tmp_path):
    result = begun(tmp_path, "--kind", "matching")
    assert result.exit_code == 0, result.output
    assert result.output.strip() == str(tmp_path / "06-memory" / "new-matching.yaml")
    result = vlearn("bank", "lint", "--bank", tmp_path)
    assert result.exit_code == 1
    assert "[unfinished]" in result.output


def test_a_bank_of_ones_own_is_measured_by_the_course_only_where_that_is_asked_for(tmp_path):
    begun(tmp_path, "--kind", "matching")
    own, whole = (vlearn("bank", "lint", "--bank", tmp_path, *more) for more in ((), ("--course",)))
    assert "[chapter-size]" not in own.output
    assert "[objective-coverage]" not in own.output
    assert "[chapter-size]" in whole.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--kind", "essay", "--chapter", "ch06"), f"  {AIM}: "),
        (("--kind", "essay"), "name a --chapter"),
        (("--objective", AIM), "name a --kind, one of single-choice"),
        (("--objective", AIM, "--chapter", "ch07", "--kind", "essay"), "is not one of --chapter ch07"),
        (("--chapter", "ch99", "--kind", "essay"), "the course has no chapter 'ch99'"),
        (("--objective", AIM, "--kind", "esay"), "did you mean 'essay'"),
    ],
)
def test_what_is_missing_for_a_new_question_is_told(tmp_path, arguments, told):
    result = vlearn("bank", "new", "--bank", tmp_path, *arguments)
    assert result.exit_code == 2
    assert told in result.output
    assert list(tmp_path.iterdir()) == []


def test_the_linter_runs_as_many_seeds_as_it_is_told(tmp_path):
    copytree(question_bank() / "06-memory", tmp_path / "06-memory")
    result = vlearn("bank", "lint", "--bank", tmp_path, "--seeds", "12", "--verbose")
    assert result.exit_code == 0, result.output
    assert "ch06-gen-walk-pse: 100 seeds, " in result.output
    assert "ms each" in result.output


def test_the_report_is_written_where_it_is_wanted(tmp_path):
    begun(tmp_path, "--kind", "essay")
    out = tmp_path / "out" / "report.html"
    result = vlearn("bank", "report", "--bank", tmp_path, "--out", out, "--seeds", "5")
    assert result.exit_code == 0, result.output
    assert "new-essay.yaml:4" in out.read_text(encoding="utf-8")


def test_a_report_that_cannot_be_written_is_told(tmp_path):
    begun(tmp_path, "--kind", "essay")
    result = vlearn("bank", "report", "--bank", tmp_path, "--out", tmp_path / "06-memory" / "new-essay.yaml" / "r.html")
    assert result.exit_code == 2
    assert "the report cannot be written here" in result.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--host", "0.0.0.0"), "only this computer may see it"),
        (("--id", "ch06-new-esay"), "did you mean 'ch06-new-essay'"),
        (("missing.yaml",), "does not exist"),
    ],
)
def test_a_preview_that_cannot_be_is_refused(tmp_path, arguments, told):
    begun(tmp_path, "--kind", "essay")
    result = vlearn("bank", "preview", "--no-browser", "--bank", tmp_path, *arguments)
    assert result.exit_code == 2
    assert told in result.output


@pytest.mark.skipif(os.name == "nt", reason="interrupts a process as Ctrl+C does on POSIX")
def test_the_preview_answers_at_the_printed_address_until_it_is_interrupted(tmp_path):
    begun(tmp_path, "--kind", "essay")
    start = [sys.executable, "-u", "-c", "from vlearn.cli import main; main()"]
    command = [*start, "bank", "preview", "--no-browser", "--bank", str(tmp_path)]
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            url = process.stdout.readline().strip()
            with opener.open(url, timeout=30) as response:
                assert "ch06-new-essay" in response.read().decode()
            with pytest.raises(urllib.error.HTTPError) as refused:
                opener.open(url.rsplit("/", 2)[0] + "/", timeout=30)
            refused.value.close()
            process.send_signal(signal.SIGINT)
            rest, _ = process.communicate(timeout=30)
        finally:
            process.kill()
    assert rest.splitlines()[-1] == "Ended."
    assert process.returncode == 0


def test_generators_are_run_with_the_same_seeds_by_the_commands_as_by_the_library():
    for name in ("lint", "report"):
        options = {option.name: option.default for option in bank.commands[name].params}
        assert options["seeds"] == SEEDS
