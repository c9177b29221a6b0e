"""The whole configuration of a station, as one frozen value."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, Field

from app.config.devices import DeviceSettings
from app.config.policy import Policy
from app.config.sections import Bioserver, Callbacks, Gateway, Station, Store
from app.config.values import SecretRef, Section


class Configuration(Section):
    """What station.toml says; sections left out have their defaults."""

    station: Station = Station()
    devices: tuple[DeviceSettings, ...] = ()
    gateway: Gateway = Gateway()
    bioserver: Bioserver = Bioserver()
    callbacks: Callbacks = Callbacks()
    store: Store = Store()
    policy: Policy = Policy()
    folder: Path = Field(default=Path(), exclude=True, repr=False)
    """Where the file lies; relative paths in it start there. Never part of the file."""

    def path(self, text: str) -> Path | None:
        """A configured path as it is to be opened; None for the empty text."""
        return self.folder / Path(text).expanduser() if text else None

    def secrets(self) -> dict[str, SecretRef]:
        """Every reference to a secret that is set, by its key."""
        return dict(_secrets(self, ""))


def _secrets(section: BaseModel, prefix: str) -> Iterator[tuple[str, SecretRef]]:
    for name in type(section).model_fields:
        value = getattr(section, name)
        if isinstance(value, SecretRef):
            yield f"{prefix}{name}", value
        elif isinstance(value, BaseModel):
            yield from _secrets(value, f"{prefix}{name}.")
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                if isinstance(item, BaseModel):
                    yield from _secrets(item, f"{prefix}{name}[{getattr(item, 'id', index)}].")
