"""The gallery: what was put in is found, what was taken out is not, and searches never notice the change."""

import threading
import time

import numpy as np
import pytest

from app.domain.errors import RecordRefused
from app.matching.gallery import OPEN, SEGMENT, Gallery
from app.matching.matcher import Matcher
from app.matching.search.layout import pack
from app.matching.segment import Entry
from tests.matching.prints import entries, features, probe


def _first(matcher: Matcher, gallery: Gallery, person: int) -> str:
    found = matcher.search(gallery.snapshot, [probe(person)])
    return found[0].person_id if found else ""


def test_packed_templates_come_back() -> None:
    words = [features(person).words for person in range(45)] + [features(1).words[:0]]
    blocks = pack(words)
    assert all(np.array_equal(blocks.template(row), template) for row, template in enumerate(words))


def test_people_come_change_and_go() -> None:
    gallery = Gallery(entries(20))
    with Matcher(threads=1) as matcher:
        assert _first(matcher, gallery, 25) != "new"
        gallery.put("new", [("", features(25))])
        assert _first(matcher, gallery, 25) == "new"
        assert "new" in gallery
        gallery.put("p3", [("", features(26))])
        assert _first(matcher, gallery, 26) == "p3"
        assert _first(matcher, gallery, 3) != "p3"
        gallery.remove("p7")
        gallery.remove("new")
        assert _first(matcher, gallery, 7) != "p7"
        assert _first(matcher, gallery, 25) != "new"
        assert "p7" not in gallery
    assert gallery.snapshot.people == 19
    assert gallery.snapshot.templates == 19


def test_removing_nobody_changes_nothing_and_all_leaves_nothing() -> None:
    gallery = Gallery(entries(3))
    gallery.remove("unknown")
    assert gallery.snapshot.people == 3
    for person in range(3):
        gallery.remove(f"p{person}")
    assert (gallery.snapshot.people, gallery.snapshot.templates, gallery.snapshot.nbytes) == (0, 0, 0)


def test_a_snapshot_never_changes() -> None:
    gallery = Gallery(entries(10))
    before = gallery.snapshot
    gallery.remove("p4")
    gallery.put("p5", [("", features(90))])
    with Matcher(threads=1) as matcher:
        assert matcher.search(before, [probe(4)])[0].person_id == "p4"
        assert matcher.search(before, [probe(5)])[0].person_id == "p5"
    assert gallery.snapshot.generation > before.generation


def test_many_single_additions_are_sealed_and_found() -> None:
    gallery = Gallery()
    some = [features(person) for person in range(8)]
    for number in range(OPEN + 5):
        gallery.put(f"n{number}", [("", some[number % 8])])
    assert gallery.snapshot.templates == OPEN + 5
    gallery.put("only", [("", features(50))])
    with Matcher(threads=1) as matcher:
        assert _first(matcher, gallery, 50) == "only"
    gallery.remove("n0")
    assert gallery.snapshot.people == OPEN + 5


def _stored(people: int) -> list[tuple[str, str, bytes]]:
    some = [features(person).to_bytes() for person in range(30)]
    return [(f"p{number}", "", some[number % 30]) for number in range(people)]


def test_a_change_takes_under_five_milliseconds() -> None:
    gallery = Gallery.load(_stored(3 * SEGMENT))
    spent = []
    for number in range(60):
        begin = time.thread_time()
        gallery.put(f"p{number * 40}", [("", features(number % 7)), ("", features(8))])
        gallery.remove(f"p{number * 40 + 1}")
        spent.append((time.thread_time() - begin) / 2)
    assert np.median(spent) < 0.005


def test_stored_features_load_and_several_templates_stand_in_one_row() -> None:
    two = features(40).to_bytes() + features(41).to_bytes()
    gallery = Gallery.load([("both", "", two), ("one", "", features(42).to_bytes()), ("none", "", b"")])
    assert (gallery.snapshot.people, gallery.snapshot.templates) == (2, 3)
    with Matcher(threads=1) as matcher:
        assert [_first(matcher, gallery, person) for person in (40, 41, 42)] == ["both", "both", "one"]
    with pytest.raises(RecordRefused):
        Gallery.load([("bad", "", b"ESF\x09" + bytes(20))])


def test_memory_of_a_template_is_under_four_kilobytes() -> None:
    snapshot = Gallery.load(_stored(SEGMENT)).snapshot
    assert snapshot.nbytes / snapshot.templates <= 4096


def test_searches_go_on_while_people_come_and_go() -> None:
    gallery = Gallery(entries(30))
    stop = threading.Event()

    def change() -> None:
        number = 0
        while not stop.is_set():
            gallery.put(f"x{number % 50}", [("", features(100 + number % 5))])
            gallery.remove(f"x{(number + 25) % 50}")
            number += 1

    changing = threading.Thread(target=change)
    changing.start()
    try:
        with Matcher(threads=2) as matcher:
            for person in range(30):
                assert _first(matcher, gallery, person) == f"p{person}"
    finally:
        stop.set()
        changing.join()


def test_an_entry_does_not_show_its_features() -> None:
    assert "array" not in repr(Entry("p", "", features(1)))
    assert "array" not in repr(Gallery(entries(1)).snapshot)
