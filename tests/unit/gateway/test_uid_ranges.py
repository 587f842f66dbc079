"""The UIDs of a folder that were passed, as ranges."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.imap.uids import MOST_NAMED, Passed

UIDS = st.sets(st.integers(1, 60), max_size=40)


def test_neighbours_become_one_range() -> None:
    passed = Passed([(1, 4), (8, 9)])
    change = passed.add([5, 6, 12])
    assert passed.ranges == [(1, 6), (8, 9), (12, 12)]
    assert change.gone == {1}
    assert change.new == [(1, 6), (12, 12)]
    assert passed.add([7]).new == [(1, 9)]
    assert passed.add([3, 9]).new == passed.add([]).new == []


def test_what_two_processes_wrote_over_each_other_is_read_as_one() -> None:
    assert Passed([(5, 9), (1, 3), (4, 6), (20, 20)]).ranges == [(1, 9), (20, 20)]


@given(st.lists(UIDS, max_size=6), UIDS)
def test_ranges_are_the_set_and_their_changes_are_all_that_must_be_kept(added: list[set[int]], first: set[int]) -> None:
    passed = Passed([(uid, uid) for uid in first])
    rows = dict(passed.ranges)
    for uids in added:
        change = passed.add(sorted(uids))
        rows = {start: end for start, end in rows.items() if start not in change.gone} | dict(change.new)
    every = first.union(*added)
    assert {uid for uid in range(1, 70) if uid in passed} == every
    assert sorted(rows.items()) == passed.ranges
    assert all(before[1] + 1 < after[0] for before, after in zip(passed.ranges, passed.ranges[1:], strict=False))


def test_the_question_names_what_is_not_passed() -> None:
    assert Passed([]).others() == "1:*"
    assert Passed([(1, 100_000)]).others() == "100001:*"
    assert Passed([(2, 4), (6, 6), (9, 20)]).others() == "1,5,7:8,21:*"


def test_the_question_stays_short_and_leaves_out_the_widest_ranges() -> None:
    """RFC 7162 section 4: a server need not take command lines of more than 8192 octets; RFC 2683 asks for 1000."""
    scattered = [(uid, uid) for uid in range(4_000_000_000, 4_000_100_000, 2)]
    passed = Passed([(1, 3_000_000_000), *scattered])
    asked = passed.others()
    assert asked.startswith("3000000001:")
    assert len(asked) < 1000
    assert asked.count(",") <= MOST_NAMED
