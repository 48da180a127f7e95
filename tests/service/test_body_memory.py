"""Bodies that a worker reads where the front process has put them."""

import os

from graders.service.scoring.body_memory import LEAST, BodyMemory


def test_one_writes_and_another_reads():
    """Of every size, growing and shrinking: what is read is the last body and nothing of an earlier one."""
    front = BodyMemory()
    worker = BodyMemory(os.dup(front.descriptor))
    for size in (1, 10, LEAST - 1, LEAST, LEAST + 1, 5, 3 * LEAST, 7):
        pieces = [bytes([size % 251]) * (size // 2), b"", bytes([size % 13]) * (size - size // 2)]
        assert bytes(worker.read(front.write(pieces))) == b"".join(pieces)
    front.close()
    worker.close()


def test_a_view_stays_readable_when_the_memory_grows():
    front = BodyMemory()
    view = front.read(front.write([b"here"]))
    front.write([b"x" * (2 * LEAST)])
    assert bytes(view) == b"xxxx"
    front.close()
