import pytest

from vlearn import content
from vlearn.errors import ContentError, VlearnError

FOLDERS = [(content.notebooks, "notebooks"), (content.question_bank, "question_bank")]
folders = pytest.mark.parametrize(("find", "name"), FOLDERS, ids=[name for _, name in FOLDERS])


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Where an installed package would be; its parent is where a checkout's folders would stand."""
    folder = tmp_path / "vlearn"
    folder.mkdir()
    monkeypatch.setattr(content, "PACKAGE", folder)
    return folder


@folders
def test_content_is_found_in_the_wheel(package, find, name):
    (package / "content" / name).mkdir(parents=True)
    assert find() == package / "content" / name


@folders
def test_content_is_found_in_the_checkout(package, find, name):
    (package.parent / name).mkdir()
    assert find() == package.parent / name


@folders
def test_the_wheel_goes_before_a_folder_of_that_name_beside_the_package(package, find, name):
    (package / "content" / name).mkdir(parents=True)
    (package.parent / name).mkdir()
    assert find() == package / "content" / name


@folders
def test_missing_content_is_an_error_that_names_both_places_and_the_way_out(package, find, name):
    with pytest.raises(ContentError) as caught:
        find()
    assert str(caught.value) == (
        f"the course's {name} is neither in {package / 'content' / name} nor {package.parent / name}: "
        "reinstall vlearn or run from its checkout"
    )
    assert isinstance(caught.value, VlearnError)


@folders
def test_a_file_in_the_place_of_the_folder_is_not_content(package, find, name):
    (package.parent / name).write_text("not a folder", encoding="utf-8")
    with pytest.raises(ContentError):
        find()


@folders
def test_the_course_that_these_tests_belong_to_has_its_content(find, name):
    assert find().is_dir()
    assert find().name == name
