"""The terminal's configuration: modules of keys, every value a string."""

import threading
from typing import Any, Final

from app.simulators.controlid.wire import Document, Refused, typed

FACTORY: Final[dict[str, dict[str, str]]] = {
    "general": {
        "online": "0",
        "local_identification": "1",
        "keep_user_image": "1",
        "language": "en_US",
        "beep_enabled": "1",
        "ssh_enabled": "0",
        "daylight_savings_time_start": "",
        "daylight_savings_time_end": "",
        "auto_reboot": "0",
    },
    "monitor": {
        "hostname": "",
        "port": "",
        "path": "api/notifications",
        "request_timeout": "1000",
        "alive_interval": "30000",
        "enable_photo_upload": "0",
        "inform_access_event_id": "0",
    },
    "online_client": {
        "server_id": "-1",
        "extract_template": "1",
        "max_request_attempts": "3",
        "request_timeout": "5000",
        "contingency_enabled": "1",
        "alive_interval": "60000",
    },
    "identifier": {"verbose_logging": "1", "log_type": "0", "multi_factor_authentication": "0"},
    "face_id": {"mask_detection_enabled": "0", "liveness_mode": "0", "limit_identification_to_display_region": "0"},
}


class Configuration:
    """The values in force; from any thread."""

    def __init__(self) -> None:
        self._values = {module: dict(keys) for module, keys in FACTORY.items()}
        self._gate = threading.Lock()

    def get(self, module: str, key: str) -> str:
        with self._gate:
            return self._values[module][key]

    def number(self, module: str, key: str, default: int) -> int:
        """A value as a whole number; one that is none counts as the default."""
        text = self.get(module, key)
        return int(text) if text.isascii() and text.isdigit() else default

    def read(self, wanted: Document) -> Document:
        """get_configuration: `{"module": ["key", ..]}`; nothing asked, nothing answered."""
        with self._gate:
            return {module: self._chosen(module, keys) for module, keys in wanted.items()}

    def write(self, changes: Document) -> None:
        """set_configuration: all of it or, when anything is wrong, nothing."""
        with self._gate:
            for module, keys in changes.items():
                self._check(module, typed(keys, dict, module))
            for module, keys in changes.items():
                self._values[module].update(keys)

    def all(self) -> dict[str, dict[str, str]]:
        with self._gate:
            return {module: dict(keys) for module, keys in self._values.items()}

    def _chosen(self, module: str, keys: Any) -> dict[str, str]:
        known = self._module(module)
        names = [typed(name, str, module) for name in typed(keys, list, module)]
        return {name: known[name] for name in names if name in known}

    def _check(self, module: str, keys: Document) -> None:
        known = self._module(module)
        for name, value in keys.items():
            if name not in known:
                raise Refused(f"Invalid parameter '{name}'", code=2)
            if not isinstance(value, str):
                raise Refused("Invalid data (string expected)", code=3)

    def _module(self, module: str) -> dict[str, str]:
        if module not in self._values:
            raise Refused(f"Invalid module '{module}'", code=1)
        return self._values[module]
