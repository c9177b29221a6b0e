"""Console sections about who the terminal holds: subjects, users, faces, anti-passback."""

from app.devices.console_kit import ROWS, facts, integer, needed, shown, text
from app.devices.ef45.client import Ef45Client
from app.devices.ef45.codec import Face, SubId, Subject, UserInfo
from app.devices.ef45.console_kit import Kit, table
from app.domain.console import ActionResult, Danger, Field, FieldKind, Section, Table, Values

PERSON = Field("user", "Identifier", column="Identifier")
CARD = Field("card", "Card number")
SUB_ID = Field("sub_id", "Face number", FieldKind.INTEGER, column="Face number")

FACE_NAMES = {
    SubId.COLOR: "color",
    SubId.GRAY: "black and white",
    SubId.COLOR_GLASSES: "color with glasses",
    SubId.GRAY_GLASSES: "black and white with glasses",
    SubId.COLOR_UPDATED: "color, updated",
    SubId.GRAY_UPDATED: "black and white, updated",
}


def subjects_section(kit: Kit) -> Section:
    """Who may be recognized; removing takes everything of a person away."""

    async def load(page: int, _values: Values) -> Table:
        columns = ("Identifier", "Last name", "First name", "Access", "Left iris", "Right iris", "Version")
        return table(columns, await kit.ask("subjects", lambda client: client.subjects(page, ROWS)), _subject_row)

    async def remove(client: Ef45Client, values: Values) -> None:
        await client.unregister(needed(values, "user"))

    consequence = "The person is removed from this terminal with irises, faces and card and is no longer let in."
    action = kit.action(
        "remove-person",
        "Remove from the terminal",
        remove,
        fields=(PERSON,),
        danger=Danger.DESTROYS,
        consequence=consequence,
    )
    return Section("subjects", "People", load, actions=(action,))


def users_section(kit: Kit) -> Section:
    """Cards and rights beside the people."""

    async def load(page: int, values: Values) -> Table:
        if card := text(values, "card"):
            found = await kit.ask("user.card", lambda client: client.user_by_card(card))
            return Table(_USER_COLUMNS, (_texts(_user_row(found)),) if found else ())
        return table(_USER_COLUMNS, await kit.ask("users", lambda client: client.users(page, ROWS)), _user_row)

    filters = (Field("card", "Card number", required=False),)
    return Section("users", "Cards and rights", load, filters)


def faces_section(kit: Kit) -> Section:
    """Face references, one line per kind of face."""

    async def load(page: int, values: Values) -> Table:
        columns = ("Identifier", "Face number", "Kind", "Score")
        if user := text(values, "user"):
            faces = await kit.ask("faces.of", lambda client: client.faces_of(user))
            return Table(columns, tuple(_texts(_face_row(face)) for face in faces))
        return table(columns, await kit.ask("faces", lambda client: client.faces(page, ROWS)), _face_row)

    async def remove(client: Ef45Client, values: Values) -> None:
        await client.delete_face(needed(values, "user"), integer(values, "sub_id"))

    action = kit.action(
        "remove-face",
        "Remove this face",
        remove,
        fields=(PERSON, SUB_ID),
        danger=Danger.DESTROYS,
        consequence="This face reference is removed; the person may no longer be recognized by face.",
    )
    return Section("faces", "Faces", load, (Field("user", "Identifier", required=False),), (action,))


def passback_section(kit: Kit) -> Section:
    """Letting people in again who went out of order."""

    async def one(client: Ef45Client, values: Values) -> ActionResult:
        user = needed(values, "user")
        await client.clear_passback(user)
        return ActionResult("The person may pass again.", facts(("Identifier", user)))

    async def everyone(client: Ef45Client, _values: Values) -> None:
        await client.clear_all_passback()

    return Section(
        "passback",
        "Anti-passback",
        actions=(
            kit.action(
                "clear-passback",
                "Let one person pass again",
                one,
                fields=(Field("user", "Identifier"),),
                danger=Danger.CHANGES,
                consequence="The anti-passback violation of this person is cleared.",
            ),
            kit.action(
                "clear-all-passback",
                "Let everyone pass again",
                everyone,
                danger=Danger.DESTROYS,
                consequence="The anti-passback state of every person is cleared and cannot be brought back.",
            ),
        ),
        supervisor=True,
    )


_USER_COLUMNS = ("Identifier", "Card", "Group", "Schedule", "Job", "Anti-passback", "Administrator")


def _subject_row(subject: Subject) -> tuple[object, ...]:
    irises = bool(subject.left_eye), bool(subject.right_eye)
    names = subject.last_name, subject.first_name
    return (subject.user_uuid, *names, subject.access_allowed, *irises, subject.record_version)


def _user_row(user: UserInfo) -> tuple[object, ...]:
    rights = user.group_index, user.time_schedule_code, user.job_code, user.apb_status
    return (user.user_uuid, user.card, *rights, user.admin != 0)


def _face_row(face: Face) -> tuple[object, ...]:
    kind = FACE_NAMES[SubId(face.sub_id)] if face.sub_id in set(SubId) else "unknown"
    return (face.user_uuid, face.sub_id, kind, face.numbers.get("score"))


def _texts(row: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(shown(value) for value in row)
