"""Which partition a key goes to: murmur2 of the key, modulo the partitions, as Kafka's default partitioner has it.

Source: org.apache.kafka.common.utils.Utils.murmur2 and toPositive, BuiltInPartitioner.partitionForKey.
"""

SEED, MULTIPLIER, WORD = 0x9747B28C, 0x5BD1E995, 0xFFFFFFFF


def murmur2(key: bytes) -> int:
    """Austin Appleby's hash, 32 bits, with Kafka's seed; unsigned here, signed in Kafka."""
    value = SEED ^ len(key)
    whole = len(key) // 4 * 4
    for start in range(0, whole, 4):
        piece = int.from_bytes(key[start : start + 4], "little") * MULTIPLIER & WORD
        piece = (piece ^ piece >> 24) * MULTIPLIER & WORD
        value = value * MULTIPLIER & WORD ^ piece
    if key[whole:]:
        value = (value ^ int.from_bytes(key[whole:], "little")) * MULTIPLIER & WORD
    value = (value ^ value >> 13) * MULTIPLIER & WORD
    return value ^ value >> 15


def partition_of(key: str, partitions: int) -> int:
    """The same for the same key as long as the number of partitions stays the same."""
    return (murmur2(key.encode()) & 0x7FFFFFFF) % partitions
