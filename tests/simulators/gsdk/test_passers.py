"""People who walk through doors by themselves: known ones by turns, strangers by the script."""

import threading

from app.simulators.gsdk import (
    FIRST_DEVICE,
    SCRIPT,
    Make,
    Model,
    Passage,
    Passers,
    SimulatedGateway,
    Visit,
    card_of,
    devices,
)
from app.simulators.people import person
from tests.gateway.answering import until
from tests.simulators.gsdk.bench import connected


def walked(passers: Passers, script: tuple[Passage, ...]) -> list[Visit]:
    return [passers.walk(passage) for passage in script]


def test_whoever_the_device_knows_is_let_in_and_strangers_are_not() -> None:
    with SimulatedGateway(Make(devices=devices(2, Model.BIOSTATION_2))) as gateway, connected(gateway) as client:
        card = client.card(person(41))
        for number in (FIRST_DEVICE, FIRST_DEVICE + 1):
            client.call("user", "Enroll", deviceID=number, users=[client.user("7", cards=[card])])
        passers = Passers(gateway, (FIRST_DEVICE, FIRST_DEVICE + 1), lambda: [person(41)], 0.0)
        visits = walked(passers, SCRIPT)
        assert [visit.granted for visit in visits] == [not each.stranger and each.by == "card" for each in SCRIPT], (
            "fingers were never written there"
        )
        nobody = Passers(gateway, (FIRST_DEVICE,), list, 0.0)
        assert not any(visit.granted for visit in walked(nobody, SCRIPT))
        assert gateway.visits.tap(FIRST_DEVICE, card_of(person(41))).granted


def test_they_come_until_they_are_sent_away() -> None:
    with SimulatedGateway(Make(devices=devices(1))) as gateway:
        passers = Passers(gateway, (FIRST_DEVICE,), list, 0.0)
        passers.start()
        try:
            until(lambda: len(gateway.device().events) >= 2)
        finally:
            passers.close()
        until(lambda: not [thread for thread in threading.enumerate() if thread.name == "passers"])
