"""The wheel has all of the course and nothing else, is built to the same bytes twice, and works alone."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from configparser import ConfigParser
from pathlib import Path

import pytest

from vlearn import __version__


def build(folder):
    """The sdist and the wheel that Hatchling makes of a source folder."""
    env = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
    command = [sys.executable, "-m", "hatchling", "build", "-d", "dist", "-t", "sdist", "-t", "wheel"]
    subprocess.run(command, cwd=folder, env=env, check=True, capture_output=True)
    (sdist,), (wheel,) = (folder / "dist").glob("*.tar.gz"), (folder / "dist").glob("*.whl")
    return sdist, wheel


@pytest.fixture(scope="session")
def built(checkout):
    return build(checkout)


@pytest.fixture(scope="session")
def wheel(built):
    return built[1]


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_wheel_holds_the_packages_and_the_content_and_nothing_else(checkout, wheel):
    where = {"vlearn": "vlearn", "exporters": "exporters"}
    where |= {name: f"vlearn/content/{name}" for name in ("notebooks", "question_bank")}
    expected = {
        f"{target}/{name}": checkout / source / name
        for source, target in where.items()
        for name in files(checkout / source)
    }
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
        assert packed == expected.keys()
        assert all(archive.read(name) == path.read_bytes() for name, path in expected.items())


@pytest.mark.parametrize("suffix", [".ipynb", ".yaml", ".js", ".css", ".typ", ".ttf"])
def test_the_wheel_has_files_of_every_kind_that_the_course_reads(wheel, suffix):
    with zipfile.ZipFile(wheel) as archive:
        assert any(name.endswith(suffix) for name in archive.namelist())


def test_every_font_has_its_licence_beside_it(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = [Path(name) for name in archive.namelist()]
    homes = {name.parent for name in names if name.suffix in (".ttf", ".otf")}
    assert homes
    for home in homes:
        assert any("OFL" in name.name or "LICENSE" in name.name for name in names if name.parent == home), home


def test_the_wheel_says_what_it_is(wheel):
    info = f"vlearn-{__version__}.dist-info"
    with zipfile.ZipFile(wheel) as archive:
        for licence in ("LICENSE", "LICENSE-CONTENT"):
            assert len(archive.read(f"{info}/licenses/{licence}").split()) > 50, f"{licence} has no text"
        entry_points = ConfigParser()
        entry_points.read_string(archive.read(f"{info}/entry_points.txt").decode())
    assert entry_points["console_scripts"]["vlearn"] == "vlearn.cli:main"
    assert {"html", "notebook", "pdf"} <= set(entry_points["vlearn.exporters"])


def test_another_build_has_the_same_bytes(built, checkout, tmp_path):
    shutil.copytree(checkout, tmp_path / "later", copy_function=shutil.copy, ignore=shutil.ignore_patterns("dist"))
    for first, second in zip(built, build(tmp_path / "later"), strict=True):
        assert first.name == second.name
        assert first.read_bytes() == second.read_bytes(), first.name


def test_the_wheel_of_the_sdist_is_the_wheel_of_the_checkout(built, tmp_path):
    sdist, wheel = built
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    assert build(source)[1].read_bytes() == wheel.read_bytes()


@pytest.fixture
def installed(wheel, fresh_environment, run_in, tmp_path):
    """An empty folder of a user who has installed nothing but the wheel."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    run_in(elsewhere, "pip", "install", "-q", "--no-deps", wheel)
    code = "import vlearn, exporters; print(vlearn.__file__, exporters.__file__)"
    for path in run_in(elsewhere, "python", "-c", code).split():
        assert Path(path).is_relative_to(fresh_environment.parent), path
    return elsewhere


def test_the_wheel_alone_copies_the_course_and_writes_an_exam(installed, run_in, checkout):
    assert "notebooks copied to course" in run_in(installed, "vlearn", "notebooks", "course")
    copied = {path.name: path.read_bytes() for path in (installed / "course").glob("*.ipynb")}
    assert copied
    assert copied == {path.name: path.read_bytes() for path in (checkout / "notebooks").glob("*.ipynb")}

    run_in(installed, "vlearn", "exam", "--out", "exam")
    written = [path for path in (installed / "exam").rglob("*") if path.is_file()]
    assert {".html", ".ipynb", ".pdf"} <= {path.suffix for path in written}
    assert all(path.stat().st_size > 1000 for path in written)
    assert all(path.read_bytes().startswith(b"%PDF") for path in written if path.suffix == ".pdf")
