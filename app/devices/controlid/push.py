"""What terminals post to us, read tolerantly (facts, section 6), and what the driver needs of whoever receives it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol
from urllib.parse import parse_qs

from app.devices.controlid import wire
from app.devices.controlid.codec import EnrollResult, Kind, read_result
from app.domain.errors import ProtocolError

RESULT_TOPICS: Mapping[str, Kind] = {
    "template": Kind.FINGER,
    "user_image": Kind.FACE,
    "card": Kind.CARD,
    "fingerprint_create.fcgi": Kind.FINGER,
    "template_create.fcgi": Kind.FINGER,
    "face_create.fcgi": Kind.FACE,
    "card_create.fcgi": Kind.CARD,
}
"""The last segment of a path to what it brings: Monitor's topics, and the calls of an online terminal."""

HEARTBEATS = frozenset({"device_is_alive", "device_is_alive.fcgi"})
OCTETS = "template_create.fcgi"
MOST_PARTS = 3


@dataclass(frozen=True)
class Post:
    """One call as it arrived: `topic` is the last segment of its path, `peer` the address it came from."""

    topic: str
    query: Mapping[str, str] = field(repr=False)
    content_type: str
    body: bytes = field(repr=False)
    peer: str
    at: datetime
    awaited: tuple[str, ...] = ()
    """Which jobs (their `key`) waited for such a result when it was stored."""

    @property
    def kind(self) -> Kind | None:
        """What result it brings; None for everything else."""
        return RESULT_TOPICS.get(self.topic)


def read_push(post: Post) -> EnrollResult:
    """The result in a post, whatever its shape. ProtocolError for what cannot be understood."""
    kind = post.kind
    if kind is None:
        raise ProtocolError(step="callback", reason="no-result")
    if post.topic == OCTETS and not _is_json(post):
        return _octets(post)
    found = read_result(_document(post), kind, "callback")
    device = wire.optional_integer(post.query, "device_id") if found.device_id is None else found.device_id
    user = wire.optional_integer(post.query, "user_id") if found.user_id is None else found.user_id
    return replace(found, device_id=device, user_id=user)


def sender_number(post: Post) -> int | None:
    """The terminal's number where a heartbeat or a result says it; None when it does not."""
    number = wire.optional_integer(post.query, "device_id")
    if number is not None or not post.body:
        return number
    try:
        document = _document(post)
    except ProtocolError:
        return None
    return wire.optional_integer(document, "device_id") if isinstance(document, dict) else None


def _document(post: Post) -> object:
    try:
        return wire.parse(post.body)
    except ValueError:
        return _form(post)


def _form(post: Post) -> dict[str, str]:
    """A form's fields; some emulators post so."""
    if b"=" not in post.body[:200]:
        raise ProtocolError(step="callback", reason="not-json", length=len(post.body))
    try:
        fields = parse_qs(post.body.decode("ascii"), keep_blank_values=True, max_num_fields=100)
    except ValueError:
        raise ProtocolError(step="callback", reason="not-json", length=len(post.body)) from None
    return {name: values[0] for name, values in fields.items()}


def _is_json(post: Post) -> bool:
    return "octet-stream" not in post.content_type and post.body.lstrip()[:1] == b"{"


def _octets(post: Post) -> EnrollResult:
    """Bare templates, all that is known of them in the address."""
    return EnrollResult(
        Kind.FINGER,
        user_id=wire.optional_integer(post.query, "user_id"),
        device_id=wire.optional_integer(post.query, "device_id"),
        finger_type=wire.integer(post.query, "finger_type"),
        templates=_parts(post),
    )


def _parts(post: Post) -> tuple[bytes, ...]:
    """The body cut as size0, size1 and size2 say; whole when they are not told."""
    sizes = [wire.integer(post.query, f"size{index}") for index in range(MOST_PARTS)]
    sizes = [size for size in sizes if size > 0]
    if not sizes:
        return (post.body,) if post.body else ()
    if sum(sizes) != len(post.body):
        raise ProtocolError(step="callback", reason="wrong-length", length=len(post.body), expected_bytes=sum(sizes))
    parts, at = [], 0
    for size in sizes:
        parts.append(post.body[at : at + size])
        at += size
    return tuple(parts)


@dataclass(frozen=True)
class Job:
    """An enrollment that waits for its result: one per terminal at a time."""

    device_id: str
    number: int
    """The terminal's own `device_id`; 0 when it never said it."""
    host: str
    user_id: int
    kind: Kind
    position: str

    @property
    def key(self) -> str:
        """Names the job among those that may be open at one moment: the finger too, which no post says."""
        return f"{self.device_id} {self.position}"

    def fits(self, result: EnrollResult, peer: str) -> bool:
        """Whether a result is this job's: same kind, same terminal, and no other user named."""
        if result.kind is not self.kind or result.user_id not in {None, 0, self.user_id}:
            return False
        if result.device_id in {None, 0} or not self.number:
            return peer == self.host
        return result.device_id == self.number


class Parcel(Protocol):
    """A result that lies safely on disk."""

    @property
    def result(self) -> EnrollResult: ...

    @property
    def left(self) -> bool:
        """Whether an earlier try for the very same person and finger left it."""

    async def settle(self) -> None:
        """It was kept elsewhere, or is of no use: forget it."""


class Waiting(Protocol):
    """An open job."""

    async def next(self, limit_s: float) -> Parcel | None:
        """The next result of this job; None when none came in time."""

    async def close(self, *, keep: bool = False) -> None:
        """Nothing more is taken; what came and was not settled is forgotten, or with `keep` left for a later job."""


@dataclass(frozen=True)
class Place:
    """Where terminals reach us; `host` empty means: find it by route."""

    host: str
    port: int
    path: str
    heartbeat_s: int


class Office(Protocol):
    """Who receives the terminals' posts. Main loop only."""

    @property
    def place(self) -> Place | None:
        """Where it listens; None while it does not."""

    def admit(self, address: str) -> None:
        """Listen to this address from now on."""

    async def expect(self, job: Job) -> Waiting:
        """Open a job; what an earlier run left for the very same one comes first."""

    def last_heard(self, number: int, host: str) -> datetime | None:
        """When this terminal last showed that it reaches us."""
