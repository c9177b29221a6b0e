"""What the terminal offers for its care: sections of tables and actions."""

from collections.abc import Callable
from datetime import datetime

from app.devices.base import Worker
from app.devices.controlid.console_kit import Kit, Visit
from app.devices.controlid.console_people import users_section
from app.devices.controlid.console_system import configuration_section, status_section
from app.domain.console import Section


def build_console(visit: Visit, worker: Worker, last_heard: Callable[[], datetime | None]) -> tuple[Section, ...]:
    """The sections in the order shown; `visit` runs work on the open terminal."""
    kit = Kit(visit, worker)
    return (status_section(kit, last_heard), users_section(kit), configuration_section(kit))
