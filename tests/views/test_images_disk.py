"""The picture of a disk names every layer and who needs it; the charts take their numbers from runs."""

from vlearn.render.text import to_text
from vlearn.sim.images.disk import AddImage, Disk, RemoveImage, Start, Write, keep
from vlearn.trace import run
from vlearn.views.files_costs import USES, copied_by_use
from vlearn.views.images_disk import draw_disk, used_by_containers

SHOP = (("base", 120), ("shop", 30))
LIFE = run(keep, Disk(), [AddImage("shop", SHOP), Start("c", "shop"), Write("c", 5), RemoveImage("shop")])


def test_a_disk_is_drawn_with_sizes_users_and_what_happened():
    said = to_text(draw_disk(LIFE.final, LIFE.steps[-1].event))
    assert "layer base of 120, needed by shop" in said
    assert "writable layer of c of 5, on image shop" in said
    assert "container c is using it" in said
    assert "In use: 155" in said


def test_an_empty_disk_is_drawn_too():
    assert "No image, no container." in draw_disk(Disk())[0].svg


def test_containers_cost_what_they_write_with_a_union_and_a_tree_more_with_copies():
    union, copies = used_by_containers(SHOP, 5).series
    assert (union.y[0], union.y[1]) == (150, 160)
    assert (copies.y[0], copies.y[1]) == (270, 270 + 2 * 155)


def test_metadata_alone_are_copied_where_that_is_asked_for():
    whole, metadata = (dict(zip(USES, copied_by_use(100, way).series[0].y, strict=True)) for way in (False, True))
    assert {use for use in USES if whole[use] != metadata[use]} == {"chmod", "rename", "link"}
    assert whole["append 1 byte"] == metadata["append 1 byte"] == 100
