"""What the terminal offers for its care: sections of tables and actions (REST API 1.0.0, all groups)."""

from app.devices.base import Worker
from app.devices.ef45.console_door import control_section, door_section, time_section
from app.devices.ef45.console_kit import Visit, kit_of
from app.devices.ef45.console_logs import logs_section, matches_section
from app.devices.ef45.console_people import faces_section, passback_section, subjects_section, users_section
from app.devices.ef45.console_system import configuration_section, firmware_section, status_section
from app.domain.console import Section


def build_console(visit: Visit, worker: Worker) -> tuple[Section, ...]:
    """The sections in the order shown; `visit` runs work on the open terminal, `worker` does what blocks."""
    kit = kit_of(visit, worker)
    return (
        status_section(kit),
        subjects_section(kit),
        users_section(kit),
        faces_section(kit),
        passback_section(kit),
        logs_section(kit),
        matches_section(kit),
        door_section(kit),
        time_section(kit),
        configuration_section(kit),
        control_section(kit),
        firmware_section(kit),
    )
