"""A simulated gateway in a process of its own that sends doors' questions when told to, for the doors' benchmark.

Prints its address and certificate as one line of JSON; each line of JSON read from standard input
({"rate": 200, "count": 4000, "identify": 0.05}) is a run, and its report the line that comes back.
"""

import dataclasses
import json
import sys
from collections.abc import Iterator, Sequence
from functools import partial

from app.matching.records import FingerView, pad, write
from app.simulators.gsdk import Make, Report, SimulatedGateway, devices, report, send
from app.simulators.gsdk.traffic import Ask
from tests.benchmarks._data import synthetic

DEVICES = 50
MATES, SEED = 100, 31
"""Fingers that are searched for: the first touch of each is enrolled, the second one is sent."""


def card(number: int) -> bytes:
    """The card of person so-and-so, as terminals send it."""
    return (0x04000000 + number).to_bytes(32, "big")


def questions(gateway: SimulatedGateway, people: int, identify: float) -> Iterator[Ask]:
    """Cards mostly, some typed numbers, this share of fingers; a new terminal each time."""
    asking, numbers = gateway.asking, [make.device_id for make in gateway.make.devices]
    touches = [pad(write([FingerView(shown[1])], limit=384)) for shown in synthetic(MATES, SEED, touches=2)]
    every = round(1 / identify) if identify else 0
    number = 0
    while True:
        number += 1
        device, who = numbers[number % len(numbers)], number % people
        if every and number % every == 0:
            yield partial(asking.identify, device, touches[number // every % MATES])
        elif number % 7 == 0:
            yield partial(asking.verify_id, device, str(who))
        else:
            yield partial(asking.verify_card, device, card(who))


def told(done: Report, codes: Sequence[int]) -> dict[str, object]:
    """The report in a line; latencies in milliseconds as the gateway saw them."""
    counts = {name: value for name, value in dataclasses.asdict(done).items() if name != "latencies"}
    shares = {f"p{share}_ms": 1000 * done.percentile(share / 100) for share in (50, 95, 99)}
    longest = 1000 * done.latencies[-1] if done.latencies else 0.0
    refused = sum(1 for code in codes if code)
    return counts | shares | {"max_ms": longest, "refused": refused}


def main() -> None:
    people = int(sys.argv[1])
    with SimulatedGateway(Make(devices=devices(DEVICES))) as gateway:
        print(json.dumps({"target": gateway.target, "ca": gateway.ca_pem.decode()}), flush=True)
        for line in sys.stdin:
            run = json.loads(line)
            sent = send(questions(gateway, people, run["identify"]), run["rate"], run["count"])
            done = report(sent, patience=15.0, rate=run["rate"])
            codes = [asked.answers[0].code for asked in sent if asked.answers]
            print(json.dumps(told(done, codes)), flush=True)


if __name__ == "__main__":
    main()
