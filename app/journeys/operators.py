"""Who works at the station now: signing in and out, confirming with the password, and looking after the operators."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from app.domain.errors import InvalidInput, SupervisorNeeded
from app.domain.operator import (
    Operator,
    OperatorEntry,
    OperatorRules,
    Right,
    Role,
    SignIn,
    SignInResult,
    name_is_fit,
    password_faults,
)
from app.domain.records import JournalEntry

NOBODY = "clerk"
"""What the journal calls whoever works at a station where nobody signs in."""
SET_UP = "first start"
NO_SIGN_IN = OperatorRules()

Listener = Callable[[], None]


class OperatorStore(Protocol):
    """Operators on disk; every change is journaled with it. Raises InvalidInput and StoreError leaves."""

    async def all(self) -> tuple[OperatorEntry, ...]:
        """Everybody, by name."""

    async def create(self, operator: Operator, password: str, *, actor: str, first: bool = False) -> None:
        """Add one; InvalidInput: the name is taken, or with `first` somebody is there already."""

    async def change(self, operator: Operator, *, actor: str) -> None:
        """Replace what is known of one; InvalidInput: unknown, or the last administrator would be gone."""

    async def set_password(self, name: str, password: str, *, actor: str, must_change: bool) -> None:
        """Another password; a lock ends."""

    async def remove(self, name: str, *, actor: str) -> None:
        """Remove one; InvalidInput: unknown, or the last administrator."""

    async def check(self, name: str, password: str, *, now: datetime, tries_before_lock: int) -> SignIn:
        """Try a password; wrong ones are counted, also across a restart."""


class Acts(Protocol):
    """Where acts are written down."""

    async def append(self, entry: JournalEntry) -> None:
        """Write one act."""


class Operators:
    """The current operator, and the list. Without a store nobody signs in and everybody is "clerk"."""

    def __init__(
        self,
        store: OperatorStore | None = None,
        journal: Acts | None = None,
        rules: OperatorRules = NO_SIGN_IN,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store, self._journal, self._now = store, journal, now
        self.rules = rules
        self._current: Operator | None = None
        self._listeners: list[Listener] = []

    @property
    def required(self) -> bool:
        """Whether somebody must sign in before anything can be done."""
        return self.rules.sign_in and self._store is not None

    @property
    def current(self) -> Operator | None:
        """Who is signed in."""
        return self._current

    @property
    def actor(self) -> str:
        """What the journal calls whoever works here now."""
        return self._current.name if self._current else NOBODY

    def may(self, right: Right) -> bool:
        """Whether the current operator has a right; where nobody signs in, only what needs no supervisor."""
        if not self.required:
            return right is Right.ENROLL
        return self._current is not None and self._current.may(right)

    def listen(self, listener: Listener) -> None:
        """Call `listener` on the main loop when somebody came or went."""
        self._listeners.append(listener)

    async def nobody_yet(self) -> bool:
        """Whether there is no operator at all: the first one is to be made."""
        return self.required and not await self._records.all()

    async def sign_in(self, name: str, password: str) -> SignIn:
        """Sign in; whoever was signed in goes."""
        tried = await self._check(name, password)
        if tried.ok and tried.operator is not None:
            await self._come(tried.operator)
        return tried

    async def unlock(self, name: str, password: str) -> SignIn:
        """Go on after the screen was locked: the same operator, or another one, who is then signed in instead."""
        tried = await self._check(name, password)
        if tried.ok and tried.operator is not None:
            same = self._current is not None and tried.operator.name == self._current.name
            await (self._tell("screen-unlocked", self.actor) if same else self._come(tried.operator))
        return tried

    async def note_lock(self) -> None:
        """The screen was locked because nobody did anything."""
        await self._tell("screen-locked", self.actor)

    async def sign_out(self) -> None:
        """Nobody is signed in afterwards."""
        gone, self._current = self._current, None
        if gone is not None:
            await self._tell("operator-signed-out", gone.name)
        self._changed()

    async def confirm(self, password: str) -> SignIn:
        """The current operator says again who they are."""
        return await self._check(self.actor, password)

    async def vouch(self, name: str, password: str, right: Right = Right.SUPERVISE) -> SignIn:
        """Somebody with a right says who they are; nobody is signed in or out by it."""
        tried = await self._check(name, password)
        if tried.ok and tried.operator is not None and not tried.operator.may(right):
            return SignIn(SignInResult.NO_RIGHT)
        return tried

    async def create_first(self, name: str, full_name: str, password: str) -> None:
        """Make the first administrator and sign them in. InvalidInput: name, password, or somebody is there already."""
        first = _fit(Operator(name.strip(), Role.ADMINISTRATOR, full_name.strip()), password)
        await self._records.create(first, password, actor=SET_UP, first=True)
        await self._come(first)

    async def list(self) -> tuple[OperatorEntry, ...]:
        """Everybody. SupervisorNeeded: not for this operator."""
        self._need_administrator()
        return await self._records.all()

    async def create(self, name: str, full_name: str, role: Role, password: str) -> None:
        """Add an operator, who must replace the password at the first sign-in. InvalidInput: name or password."""
        self._need_administrator()
        made = _fit(Operator(name.strip(), role, full_name.strip(), must_change=True), password)
        await self._records.create(made, password, actor=self.actor)

    async def change(self, operator: Operator) -> None:
        """Another role or full name, or a lock ended. InvalidInput: the last administrator would be gone."""
        self._need_administrator()
        await self._records.change(operator, actor=self.actor)
        if self._current is not None and operator.name == self._current.name:
            self._current = replace(operator)
            self._changed()

    async def reset_password(self, name: str, password: str) -> None:
        """Give another operator a password, to be replaced at the next sign-in. InvalidInput: not good enough."""
        self._need_administrator()
        _fit(Operator(name), password)
        await self._records.set_password(name, password, actor=self.actor, must_change=name != self.actor)

    async def own_password(self, password: str) -> None:
        """The current operator chooses another password. InvalidInput: not good enough."""
        assert self._current is not None, "somebody is signed in"
        _fit(self._current, password)
        await self._records.set_password(self.actor, password, actor=self.actor, must_change=False)
        self._current = replace(self._current, must_change=False)
        self._changed()

    async def remove(self, name: str) -> None:
        """Remove an operator. InvalidInput: the last administrator, or oneself."""
        self._need_administrator()
        if name == self.actor:
            raise InvalidInput(field="operator", why="oneself")
        await self._records.remove(name, actor=self.actor)

    @property
    def _records(self) -> OperatorStore:
        if self._store is None:
            raise InvalidInput(field="operator", why="no-operators")
        return self._store

    async def _check(self, name: str, password: str) -> SignIn:
        return await self._records.check(
            name.strip(), password, now=self._now(), tries_before_lock=self.rules.tries_before_lock
        )

    async def _come(self, operator: Operator) -> None:
        gone, self._current = self._current, operator
        if gone is not None and gone.name != operator.name:
            await self._tell("operator-signed-out", gone.name)
        await self._tell("operator-signed-in", operator.name)
        self._changed()

    async def _tell(self, action: str, actor: str) -> None:
        if self._journal is not None:
            await self._journal.append(JournalEntry(action, actor))

    def _need_administrator(self) -> None:
        if not self.may(Right.ADMINISTER):
            raise SupervisorNeeded()

    def _changed(self) -> None:
        for listener in tuple(self._listeners):
            listener()


def _fit(operator: Operator, password: str) -> Operator:
    if not name_is_fit(operator.name):
        raise InvalidInput(field="name", why="not-fit")
    if password_faults(password, operator.name):
        raise InvalidInput(field="password", why="not-fit")
    return operator
