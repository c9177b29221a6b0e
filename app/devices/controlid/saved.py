"""What a terminal kept by itself, fetched when its answer was lost or never promised (facts, section 4.2)."""

from app.devices.controlid.client import ControlIdClient
from app.devices.controlid.codec import CardRow, EnrollResult, Kind, Order, TemplateRow, User
from app.devices.controlid.wire import Members
from app.domain.errors import DuplicateFound


class Saved:
    """Of one order: the newest template or card of its user, or the user's photo; not what was there before."""

    def __init__(self, client: ControlIdClient, order: Order) -> None:
        self._client = client
        self._order = order
        self._before: frozenset[CardRow | TemplateRow] = frozenset()
        self._photo = b""

    async def mark(self) -> None:
        """Look what is there already; before the enrollment begins."""
        if self._order.kind is Kind.FACE:
            self._photo = await self._client.user_image(self._order.user_id)
        else:
            rows = await (self._templates() if self._order.kind is Kind.FINGER else self._cards())
            self._before = frozenset(rows)

    async def result(self) -> EnrollResult | None:
        """What the terminal holds of this enrollment; None when it holds nothing."""
        if self._order.kind is Kind.FINGER:
            return await self._finger()
        if self._order.kind is Kind.FACE:
            photo = await self._client.user_image(self._order.user_id)
            new = bool(photo) and photo != self._photo
            return EnrollResult(Kind.FACE, user_id=self._order.user_id, face=photo) if new else None
        rows = [row for row in await self._cards() if row not in self._before]
        newest = max(rows, key=lambda row: row.row_id, default=None)
        return None if newest is None else EnrollResult(Kind.CARD, user_id=newest.user_id, card=newest.value)

    async def _cards(self) -> list[CardRow]:
        return await self._client.load_objects("cards", CardRow.read, self._of_user("cards"))

    async def _templates(self) -> list[TemplateRow]:
        return await self._client.load_objects("templates", TemplateRow.read, self._of_user("templates"))

    async def _finger(self) -> EnrollResult | None:
        rows = [row for row in await self._templates() if row.template and row not in self._before]
        newest = max(rows, key=lambda row: row.row_id, default=None)
        if newest is None:
            return None
        kept = (newest.template,)
        return EnrollResult(Kind.FINGER, user_id=newest.user_id, finger_type=newest.finger_type, templates=kept)

    def _of_user(self, name: str) -> Members:
        return {name: {"user_id": self._order.user_id}}


async def ensure_user(client: ControlIdClient, user: User) -> None:
    """The user an enrollment is kept under; the terminal refuses to keep anything of an unknown one."""
    if await client.load_objects("users", User.read, {"users": {"id": user.user_id}}):
        return
    try:
        await client.create_objects("users", [user.write()])
    except DuplicateFound:
        return
