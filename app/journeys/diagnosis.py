"""Diagnosis: asks every system how it stands, all at once, and waits for none of them longer than agreed."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from app.domain.device import Finding, Health

DEADLINE_S = 30.0
_ORDER = (Health.GOOD, Health.WARNING, Health.BAD)


class Diagnosable(Protocol):
    """A device or service that can look itself over without changing anything."""

    device_id: str
    label: str

    @property
    def vendor(self) -> str:
        """What kind of system it is."""

    async def diagnose(self) -> list[Finding]:
        """Findings in the order a person would look."""

    async def close(self) -> None:
        """Release what the look-over needed."""


@dataclass(frozen=True)
class Diagnosis:
    """What was found at one system."""

    device_id: str
    label: str
    vendor: str
    findings: tuple[Finding, ...]

    @property
    def health(self) -> Health:
        """As good as the worst finding."""
        return max((finding.health for finding in self.findings), key=_ORDER.index, default=Health.GOOD)


async def diagnose_all(systems: Iterable[Diagnosable], deadline_s: float = DEADLINE_S) -> tuple[Diagnosis, ...]:
    """One diagnosis per system, in the order given; a system that hangs or fails is a finding like any other."""
    return tuple(await asyncio.gather(*(diagnose_one(system, deadline_s) for system in systems)))


async def diagnose_one(system: Diagnosable, deadline_s: float = DEADLINE_S) -> Diagnosis:
    """The diagnosis of one system, which is closed afterwards; takes at most twice the deadline."""
    found = await look_over(system, deadline_s)
    return replace(found, findings=(*found.findings, *await _closed(system, deadline_s)))


async def look_over(system: Diagnosable, deadline_s: float = DEADLINE_S) -> Diagnosis:
    """The diagnosis of one system, which stays open when it was."""
    findings: list[Finding] = []
    try:
        async with asyncio.timeout(deadline_s):
            findings = await system.diagnose()
    except TimeoutError:
        findings = [Finding("answer", Health.BAD, f"nothing within {deadline_s:g} s", "unreachable")]
    except Exception as error:
        findings = [Finding("diagnosis", Health.BAD, type(error).__name__, "support")]
    return Diagnosis(system.device_id, system.label, system.vendor, tuple(findings))


async def _closed(system: Diagnosable, deadline_s: float) -> list[Finding]:
    try:
        async with asyncio.timeout(deadline_s):
            await system.close()
    except Exception as error:
        return [Finding("close", Health.BAD, type(error).__name__, "support")]
    return []
