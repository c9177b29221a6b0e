"""A capture's watcher that remembers, and waiting for something to become true."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from app.domain.capture import Progress
from app.domain.preview import PreviewFrame
from app.domain.sample import Sample


@dataclass
class Watcher:
    """Keeps everything in memory; `on_keep` runs while the samples are being kept."""

    frames: list[PreviewFrame] = field(default_factory=list)
    stages: list[str] = field(default_factory=list)
    kept: list[Sample] = field(default_factory=list)
    on_keep: Callable[[], None] = lambda: None

    def preview(self, frame: PreviewFrame) -> None:
        self.frames.append(frame)

    def progress(self, progress: Progress) -> None:
        self.stages.append(progress.stage)

    async def keep(self, samples: tuple[Sample, ...]) -> None:
        self.on_keep()
        await asyncio.sleep(0)
        self.kept.extend(samples)


async def until(condition: Callable[[], object], limit_s: float = 10.0) -> None:
    """Return as soon as the condition holds; TimeoutError when it does not in time."""
    async with asyncio.timeout(limit_s):
        while not condition():  # noqa: ASYNC110 - it becomes true in a simulator's thread
            await asyncio.sleep(0.01)
