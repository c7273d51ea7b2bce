import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.devices import disk as ide
from vlearn.sim.devices.disk import Disk, finish, read_port, write_port


def command(disk, lba, count, code):
    ports = (ide.DEVICE, ide.COUNT, ide.LBA_LOW, ide.LBA_MID, ide.LBA_HIGH, ide.COMMAND)
    values = (0xE0 | lba >> 24, count & 0xFF, lba & 0xFF, lba >> 8 & 0xFF, lba >> 16 & 0xFF, code)
    for port, value in zip(ports, values, strict=True):
        disk = write_port(disk, port, value)
    return disk


def transfer(disk, sectors, words=None):
    got = b""
    for sector in range(sectors):
        disk = finish(disk)
        for n in range(256):
            if words is None:
                disk, word = read_port(disk, ide.DATA)
                got += word.to_bytes(2, "little")
            else:
                disk = write_port(disk, ide.DATA, words[sector * 256 + n])
    return disk, got


def test_the_status_says_what_the_disk_is_doing():
    disk = command(Disk(), 1, 1, ide.READ_SECTORS)
    assert disk.status == ide.BUSY
    assert finish(disk).status == ide.READY | ide.REQUEST
    done, _ = transfer(disk, 1)
    assert done.status == ide.READY


@settings(deadline=None, max_examples=25)
@given(lba=st.integers(0, 2040), count=st.integers(1, 3), seed=st.randoms(use_true_random=False))
def test_what_was_written_is_read_again(lba, count, seed):
    words = [seed.randrange(1 << 16) for _ in range(256 * count)]
    disk, _ = transfer(command(Disk(), lba, count, ide.WRITE_SECTORS), count, words)
    _, got = transfer(command(disk, lba, count, ide.READ_SECTORS), count)
    assert got == b"".join(word.to_bytes(2, "little") for word in words)


def test_a_count_of_zero_means_256():
    assert command(Disk(), 0, 256, ide.READ_SECTORS).left == 256


ERRORS = [(0xFF, 0, ide.ABORTED), (ide.READ_SECTORS, 5000, ide.NOT_FOUND)]


@pytest.mark.parametrize(("code", "lba", "error"), ERRORS)
def test_a_command_can_fail(code, lba, error):
    disk = finish(command(Disk(), lba, 1, code))
    assert disk.status & ide.FAILED
    assert disk.error == error


def test_a_busy_disk_ignores_its_ports():
    busy = command(Disk(), 1, 1, ide.READ_SECTORS)
    assert write_port(busy, ide.COUNT, 9) == busy


def test_data_without_a_request_are_ones():
    assert read_port(Disk(), ide.DATA) == (Disk(), 0xFFFF)


@pytest.mark.parametrize("sectors", [0, -1, (1 << 28) + 1])
def test_a_disk_has_a_size(sectors):
    with pytest.raises(ModelError, match="28 bits"):
        Disk(sectors)
