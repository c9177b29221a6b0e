"""The configuration: one TOML file, read into frozen values with every mistake named, and written back documented."""

from app.config.devices import ControlIdSettings, DeviceSettings, Ef45Settings, GsdkSettings
from app.config.policy import Policy
from app.config.reading import load, load_or_default, parse
from app.config.secrets import SecretResolver
from app.config.sections import Bioserver, Callbacks, Gateway, Station, Store
from app.config.station import Configuration
from app.config.values import SecretRef
from app.config.writing import emit, save

__all__ = [
    "Bioserver",
    "Callbacks",
    "Configuration",
    "ControlIdSettings",
    "DeviceSettings",
    "Ef45Settings",
    "Gateway",
    "GsdkSettings",
    "Policy",
    "SecretRef",
    "SecretResolver",
    "Station",
    "Store",
    "emit",
    "load",
    "load_or_default",
    "parse",
    "save",
]
