"""Changing a device's template format: no device mixes formats, so every enrolled finger has to go first (facts 16)."""

from typing import Any

from app.devices.gsdk.configs import Configs
from app.devices.gsdk.delivery import users_of
from app.devices.gsdk.session import Session
from app.domain.errors import NotWritten

NAMES = ("ISO", "ANSI", "Suprema")
NUMBERS = {"Suprema": 0, "ISO": 1, "ANSI": 2}


async def people_with_fingers(session: Session) -> list[str]:
    """Who would lose fingers."""
    return [header.ID for header in await users_of(session).headers() if header.numOfFinger]


async def change_format(session: Session, configs: Configs, wanted: int) -> int:
    """Remove every finger from the device, then change the format; how many people lost fingers here.

    Nothing is removed when the format is the wanted one already. The people stay, with cards, faces and PIN.
    """
    if (await configs.read("finger")).templateFormat == wanted:
        return 0
    people = await people_with_fingers(session)
    users = users_of(session)
    for user in people:
        await users.set_fingers(user, [])
    if left := await people_with_fingers(session):
        raise NotWritten(device=session.name, step="template-format", count=len(left))

    def edit(config: Any) -> None:
        config.templateFormat = wanted

    await configs.change("finger", edit)
    return len(people)
