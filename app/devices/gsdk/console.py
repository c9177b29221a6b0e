"""What a gateway device offers for its care: sections of tables and actions."""

from app.devices.base import Worker
from app.devices.console_kit import Ask
from app.devices.gsdk.console_device import devices_section, slaves_section, status_section
from app.devices.gsdk.console_kit import Kit, Visit
from app.devices.gsdk.console_logs import logs_section
from app.devices.gsdk.console_people import cards_section, check_section, users_section
from app.devices.gsdk.console_rights import rights_section
from app.devices.gsdk.console_settings import settings_sections
from app.devices.gsdk.groups import Names
from app.devices.gsdk.recovery import NoteBook
from app.devices.gsdk.watching import Watched
from app.domain.console import Section


def build_console(
    visit: Visit, worker: Worker, book: NoteBook, beside: Ask[Watched], group_names: Names = ()
) -> tuple[Section, ...]:
    """The sections in the order shown; `visit` runs work on the open device, `worker` does what blocks."""
    kit = Kit(visit, worker, book, beside, group_names)
    return (
        status_section(kit),
        users_section(kit),
        rights_section(kit),
        cards_section(kit),
        check_section(kit),
        logs_section(kit),
        *settings_sections(kit),
        devices_section(kit),
        slaves_section(kit),
    )
