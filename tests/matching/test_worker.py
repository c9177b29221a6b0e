"""The search worker: answers, refuses, cancels and ends in time."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from typing import cast

import pytest

from app.domain.errors import MatchingBusy, MatchingLate, MatchingUnavailable
from app.matching.features import Features
from app.matching.gallery import Gallery
from app.matching.matcher import Probe
from app.matching.worker import SearchWorker
from tests.matching.prints import entries, features, probe

MANY = [probe(n) for n in range(40)]
"""A search long enough to be interrupted."""


@pytest.fixture(scope="module")
def gallery() -> Gallery:
    return Gallery(entries(40))


@pytest.fixture
def worker(gallery: Gallery) -> Iterator[SearchWorker]:
    with SearchWorker(gallery, waiting=2) as worker:
        assert worker.wait_ready(60)
        yield worker


def test_searches_are_answered_from_any_thread(worker: SearchWorker) -> None:
    for person in range(3):
        assert worker.submit([probe(person)], timeout=30).result(30)[0].person_id == f"p{person}"


async def test_searches_are_awaited(worker: SearchWorker) -> None:
    assert (await worker.search([probe(5)], timeout=30))[0].person_id == "p5"


def test_a_long_search_does_not_keep_a_short_one_waiting(worker: SearchWorker) -> None:
    long = worker.submit(MANY * 20, timeout=60)
    assert worker.submit([probe(4)], timeout=60).result(60)[0].person_id == "p4"
    assert long.cancel()  # it was not done yet


async def test_cancelling_the_task_frees_the_worker(worker: SearchWorker) -> None:
    task = asyncio.create_task(worker.search(MANY * 20, timeout=60))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await worker.search([probe(6)], timeout=10))[0].person_id == "p6"


def test_a_search_is_ended_at_its_deadline(worker: SearchWorker) -> None:
    with pytest.raises(MatchingLate):
        worker.submit(MANY * 20, timeout=0.05).result(10)
    assert worker.submit([probe(7)], timeout=30).result(30)[0].person_id == "p7"


def test_a_full_queue_answers_too_busy_at_once(worker: SearchWorker) -> None:
    running = [worker.submit(MANY * 20, timeout=60)]
    refused = 0
    for _ in range(6):
        try:
            running.append(worker.submit(MANY * 20, timeout=60))
        except MatchingBusy:
            refused += 1
    assert refused >= 2
    assert 2 <= len(running) <= 4  # two wait, at most two were taken meanwhile
    assert all(search.cancel() for search in running)
    with pytest.raises(CancelledError):
        running[-1].result(10)


def test_a_change_is_seen_by_the_next_search(gallery: Gallery, worker: SearchWorker) -> None:
    assert all(found.person_id != "late" for found in worker.submit([probe(70)], timeout=30).result(30))
    gallery.put("late", [("", features(70))])
    assert worker.submit([probe(70)], timeout=30).result(30)[0].person_id == "late"
    gallery.remove("late")


def test_closing_refuses_the_waiting_and_leaves_no_thread(gallery: Gallery) -> None:
    before = set(threading.enumerate())
    worker = SearchWorker(gallery)
    assert worker.wait_ready(60)
    first = worker.submit(MANY, timeout=60)
    second = worker.submit([probe(1)], timeout=60)
    worker.close()
    worker.close()
    assert first.done()
    with pytest.raises(MatchingUnavailable):
        second.result(0)
    with pytest.raises(MatchingUnavailable):
        worker.submit([probe(1)])
    assert set(threading.enumerate()) == before


def test_an_unexpected_fault_reaches_the_caller_and_not_the_next_search(worker: SearchWorker) -> None:
    broken = Probe(cast(Features, features(1).words))  # what a careless caller could do
    with pytest.raises(AttributeError):
        worker.submit([broken], timeout=30).result(30)
    assert worker.submit([probe(2)], timeout=30).result(30)[0].person_id == "p2"
