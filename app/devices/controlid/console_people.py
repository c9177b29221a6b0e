"""Console section about the terminal's users: who they are, what is stored of them, their pictures."""

import time
from pathlib import Path

from app.devices.console_kit import ROWS, needed, shown, text
from app.devices.controlid.codec import CardRow, TemplateRow, User
from app.devices.controlid.console_kit import Kit, number
from app.devices.controlid.session import Session
from app.domain.console import ActionResult, Danger, Field, FieldKind, Section, Table, Values
from app.domain.errors import InvalidInput, RemoteRefused

COLUMNS = ("Number", "Registration", "Name", "Cards", "Fingers", "Picture")
USER = Field("user", "Number", FieldKind.INTEGER, column="Number")


def users_section(kit: Kit) -> Section:
    """Users page by page, with pictures to look at, set and remove."""

    async def load(page: int, values: Values) -> Table:
        return await kit.ask("users", lambda session: _users(session, page, text(values, "user")))

    async def picture(session: Session, values: Values) -> ActionResult:
        user_id = number(values, "user")
        image = await session.client.user_image(user_id)
        if not image:
            return ActionResult("This user has no picture.")
        return ActionResult("The picture can be saved now.", file_name="user-picture.jpg", file_data=image)

    async def set_picture(session: Session, values: Values) -> ActionResult:
        image = await kit.worker.run(Path(needed(values, "file")).read_bytes)
        verdict = await session.client.set_user_image(number(values, "user"), image, int(time.time()), match=True)
        if verdict.match_user is not None:
            raise InvalidInput(field="file", reason="face-of-another-user")
        if not verdict.success:
            raise RemoteRefused(step="photo", remote=verdict.codes[0] if verdict.codes else None)
        return ActionResult("The picture was stored.")

    async def drop_picture(session: Session, values: Values) -> None:
        await session.client.destroy_user_image(number(values, "user"))

    async def remove(session: Session, values: Values) -> None:
        user_id = number(values, "user")
        await session.client.destroy_user_image(user_id)
        await session.client.destroy_objects("users", {"users": {"id": user_id}})

    actions = (
        kit.action("picture", "Save the picture", picture, fields=(USER,)),
        kit.action(
            "set-picture",
            "Set the picture",
            set_picture,
            fields=(USER, Field("file", "Picture (JPEG or PNG)", FieldKind.FILE)),
            danger=Danger.CHANGES,
            consequence="The terminal learns this face for the user. A face it knows already is refused.",
        ),
        kit.action(
            "remove-picture",
            "Remove the picture",
            drop_picture,
            fields=(USER,),
            danger=Danger.DESTROYS,
            consequence="The picture is removed; the user is no longer recognized by face at this terminal.",
        ),
        kit.action(
            "remove-user",
            "Remove from the terminal",
            remove,
            fields=(USER,),
            danger=Danger.DESTROYS,
            consequence="The user is removed from this terminal with fingers, face and cards and is no longer let in.",
        ),
    )
    return Section("users", "Users", load, (Field("user", "Number", required=False),), actions)


async def _users(session: Session, page: int, wanted: str) -> Table:
    client = session.client
    if wanted:
        if not wanted.isdecimal():
            raise InvalidInput(field="user", reason="not-an-integer")
        users = await client.load_objects("users", User.read, {"users": {"id": int(wanted)}})
        total, rows = len(users), users
    else:
        total = await client.count_objects("users")
        rows = await client.load_page("users", User.read, (page - 1) * ROWS, ROWS)
    pictured = frozenset(await client.users_with_image())
    made = [await _row(session, user, pictured) for user in rows]
    return Table(COLUMNS, tuple(made), total, page * ROWS < total, page)


async def _row(session: Session, user: User, pictured: frozenset[int]) -> tuple[str, ...]:
    mine = user.user_id
    cards = await session.client.load_objects("cards", CardRow.read, {"cards": {"user_id": mine}})
    fingers = await session.client.load_objects("templates", TemplateRow.read, {"templates": {"user_id": mine}})
    counted = len(cards), len(fingers), mine in pictured
    return tuple(shown(value) for value in (mine, user.registration, user.name, *counted))
