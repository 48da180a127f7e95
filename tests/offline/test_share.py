"""Which shards are a job's: each shard is one job's, and the jobs have about as much to do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.offline.ledger.shards import Share
from graders.vocabulary.errors import DataError


@given(st.integers(0, 60), st.integers(1, 20))
def test_the_jobs_share_all_shards(count, jobs):
    """None twice, none left over; no job has two more than another; in order."""
    shares = [Share(job, jobs).of(range(count)) for job in range(1, jobs + 1)]
    assert sorted(number for share in shares for number in share) == list(range(count))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1
    assert all(share == sorted(share) for share in shares)


@pytest.mark.parametrize(
    ("text", "share"), [("1/1", (1, 1)), ("2/8", (2, 8)), (" 8/8 ", (8, 8)), ("010/0100", (10, 100))]
)
def test_what_is_understood(text, share):
    assert Share.parse(text) == Share(*share)


@pytest.mark.parametrize(
    "text", ["", "1", "0/8", "9/8", "1/0", "0/0", "-1/8", "1/8/2", "a/b", "1/8x", "1 / 8", "1.0/8", "١/٨", "1/9999999"]
)
def test_what_is_not(text):
    """The error shows what was written and how it is written right."""
    with pytest.raises(
        DataError, match=r"--shard .*: expected i/n, job i of n, with i from 1 to n, such as 1/8 or 8/8"
    ):
        Share.parse(text)


def test_one_job_alone():
    assert Share().is_whole
    assert not Share(1, 2).is_whole
    assert len({Share(job, jobs).lock_file for job, jobs in [(1, 1), (1, 2), (2, 2), (1, 3), (11, 12), (1, 112)]}) == 6
