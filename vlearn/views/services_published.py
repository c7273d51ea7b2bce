"""The partitioner beside Kafka's own test cases."""

from vlearn.blocks import Table
from vlearn.sim.services.messages.partitioner import murmur2, partition_of

KAFKAS = {
    "21": -973932308,
    "foobar": -790332482,
    "a-little-bit-long-string": -985981536,
    "a-little-bit-longer-string": -1486304829,
    "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    "abc": 479470107,
}
"""What `UtilsTest.testMurmur2` of Apache Kafka expects of each key: a signed number of 32 bits."""


def beside_kafka(partitions: int = 6) -> Table:
    """Each key, what Kafka expects, what the model computes, and the partition that follows."""
    rows = tuple(
        (key, str(expected), str(_signed(murmur2(key.encode()))), str(partition_of(key, partitions)))
        for key, expected in KAFKAS.items()
    )
    return Table(("Key", "Kafka's test expects", "The model", f"Partition of {partitions}"), rows)


def _signed(value: int) -> int:
    return value - (1 << 32) if value >> 31 else value
