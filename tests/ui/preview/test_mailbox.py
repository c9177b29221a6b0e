"""Only the latest value waits, and the reader is told once."""

from threading import Thread

from app.ui.preview.mailbox import Mailbox


def test_only_the_latest_waits() -> None:
    box: Mailbox[int] = Mailbox()
    assert box.take() is None
    assert box.put(1)
    assert not box.put(2)
    assert not box.put(3)
    assert box.take() == 3
    assert box.take() is None
    assert box.dropped == 2
    assert box.put(4), "an emptied box tells again"


def test_every_value_is_taken_or_counted_as_dropped() -> None:
    box: Mailbox[int] = Mailbox()
    told: list[int] = []

    def fill(start: int) -> None:
        told.extend(start for value in range(start, start + 5000) if box.put(value))

    writers = [Thread(target=fill, args=(start,)) for start in (0, 10_000)]
    for writer in writers:
        writer.start()
    taken = 0
    while any(writer.is_alive() for writer in writers):
        taken += box.take() is not None
    taken += box.take() is not None
    assert taken + box.dropped == 10_000
    assert len(told) == taken
