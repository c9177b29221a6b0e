"""An open draft: its state and samples on disk, one change at a time, and who is told of each new state.

Main loop only. A change is on disk before anybody hears of it.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace

from app.journeys import flow, state_codec
from app.journeys.flow_inputs import Input, Keep
from app.journeys.flow_state import CaptureState, State
from app.journeys.ports import KeptSample
from app.journeys.station import Station


class OpenDraft:
    """The draft behind one enrollment."""

    def __init__(self, station: Station, state: State, samples: tuple[KeptSample, ...] = ()) -> None:
        self._station = station
        self._state = state
        self._samples = {kept.sample_id: kept for kept in samples}
        self._listeners: list[Callable[[State], None]] = []
        self.order = asyncio.Lock()
        """Held for one change: the next builds on what is on disk."""

    @property
    def state(self) -> State:
        """The current state; replaced, never changed."""
        return self._state

    @property
    def samples(self) -> Mapping[str, KeptSample]:
        """Every sample that was kept, by its identifier."""
        return self._samples

    def listen(self, listener: Callable[[State], None]) -> None:
        """Call `listener` with every new state."""
        self._listeners.append(listener)

    def silence(self) -> None:
        """Tell nobody any more."""
        self._listeners.clear()

    async def advance(self, given: Input) -> tuple[State, State]:
        """The state before an input and after it. Raises InvalidInput; nothing changes then."""
        async with self.order:
            before = self._state
            after = flow.advance(before, given, self._station.policy)
            await self._store(after)
        return before, after

    async def keep(self, given: Keep, stored: tuple[KeptSample, ...]) -> None:
        """Put samples on disk together with the state that knows them."""
        async with self.order:
            state = flow.advance(self._state, given, self._station.policy)
            await self._station.drafts.keep(state.draft_id, stored, state_codec.dump(state))
            self._samples.update({kept.sample_id: kept for kept in stored})
            self.publish(state)

    async def break_off(self, key: str) -> None:
        """A try at a step ended without a result."""
        async with self.order:
            await self._store(_without_running_try(self._state, key))

    async def mend_cut_try(self) -> None:
        """A station killed in mid-capture left a try without an end: what was kept stays, the try is closed."""
        for key, capture in self._state.captures.items():
            if capture.attempts and not capture.attempts[-1].outcome:
                await self.break_off(key)

    def publish(self, state: State) -> None:
        """This state is on disk."""
        self._state = state
        for listener in tuple(self._listeners):
            listener(state)

    async def _store(self, state: State) -> None:
        await self._station.drafts.save_state(
            state.draft_id, state_codec.dump(state), label=state.person.full_name, step=state.step.key
        )
        self.publish(state)


def _without_running_try(state: State, key: str) -> State:
    """A try that broke off counts for nothing, unless samples of it were kept."""
    capture = state.capture(key)
    if not capture.attempts or capture.attempts[-1].outcome:
        return state
    running = capture.attempts[-1]
    earlier = capture.attempts[:-1]
    if any(kept.attempt == running.number for kept in capture.kept):
        earlier = (*earlier, replace(running, outcome="captured"))
    mended: CaptureState = replace(capture, attempts=earlier)
    return replace(state, captures={**state.captures, key: mended})
