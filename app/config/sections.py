"""[station], [gateway], [bioserver], [callbacks], [store]: this desk, and the systems it works with."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from app.config.values import (
    BindHost,
    ExistingFile,
    HostPort,
    Identifier,
    Network,
    OptionalWebAddress,
    Secret,
    Section,
)

Port = Annotated[int, Field(ge=1, le=65_535)]


class Theme(StrEnum):
    """How the window looks."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


class Station(Section):
    """This desk."""

    id: Identifier = Field(
        default="station",
        description="Short name of this desk in records, locks and journals; unique among your stations.",
    )
    name: str = Field(
        default="Enrollment Station", min_length=1, max_length=60, description="Name shown in the window's title."
    )
    language: str = Field(
        default="auto",
        pattern=r"^(auto|[a-z]{2,3}([-_][A-Z]{2})?)$",
        description='Language of the window, such as "en" or "pt-BR"; "auto" follows the system.',
    )
    theme: Theme = Field(default=Theme.SYSTEM, description="Colors of the window.")
    text_percent: int = Field(default=100, ge=80, le=200, description="Size of texts, in percent.")
    sounds: bool = Field(
        default=True, description="Whether a short tone says that a capture worked (once) or did not (twice)."
    )
    kiosk: bool = Field(default=False, description="Reserved for self-service; nothing follows it yet.")
    idle_lock_s: int = Field(
        default=300,
        ge=0,
        le=86_400,
        description="Seconds without input until the screen locks (the draft is kept); 0 never locks.",
    )
    camera: str = Field(
        default="", max_length=120, description="Name of the webcam for portraits; empty takes the first one."
    )
    supervisor: Secret = Field(
        default=None,
        description="Where the supervisor's passcode is kept; it unlocks dangerous actions, empty leaves them locked.",
    )


class GatewayKind(StrEnum):
    """Which Suprema gateway answers."""

    DEVICE = "device"
    MASTER = "master"


class Generation(StrEnum):
    """The wire generation spoken; "auto" asks the gateway."""

    AUTO = "auto"
    A = "A"
    B = "B"
    C = "C"


class SafeAnswer(StrEnum):
    """What a door hears when the station cannot decide an anti-passback request."""

    REFUSE = "refuse"
    ALLOW = "allow"


class Zone(Section):
    """An anti-passback zone: who went in must come out before going in again."""

    id: Identifier = Field(description="Short name of the zone.")
    number: int = Field(ge=1, le=4_294_967_295, description="Zone number told to the devices.")
    hard: bool = Field(default=True, description="true refuses at a violation, false only records it.")
    entry: tuple[Identifier, ...] = Field(min_length=1, description="Ids of the devices on the way in.")
    exit: tuple[Identifier, ...] = Field(min_length=1, description="Ids of the devices on the way out.")
    reset_after_min: int = Field(
        default=0, ge=0, le=10_080, description="Minutes after which an entry is forgotten; 0 never."
    )


class Phrase(Section):
    """A message shown at the door to a person after recognition; the first rule that fits is used."""

    text: str = Field(
        min_length=1, max_length=64, description="What is shown; {first_name} and {last_name} are filled in."
    )
    person: str = Field(default="", max_length=32, description="Only for this person's identifier; empty for everyone.")
    group: str = Field(default="", max_length=60, description="Only for people of this group; empty for everyone.")
    between: str = Field(
        default="",
        pattern=r"^(|([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9])$",
        description='Only at this time of day, such as "06:00-12:00"; empty always.',
    )


class AccessGroup(Section):
    """What an access group of the Suprema devices is called; groups are made with the vendor's own program."""

    number: int = Field(ge=1, le=4_294_967_295, description="Number of the group on the devices.")
    name: str = Field(min_length=1, max_length=60, pattern=r"^[^\r\n]+$", description="What a supervisor chooses by.")


class Gateway(Section):
    """The Suprema G-SDK gateway and the doors it asks for."""

    enabled: bool = Field(default=False, description="Whether the station uses a gateway.")
    kind: GatewayKind = Field(
        default=GatewayKind.DEVICE, description='"device" or "master" gateway; the master offers no server matching.'
    )
    address: HostPort = Field(default="127.0.0.1:4000", description="Host and port of the gateway.")
    ca_file: ExistingFile = Field(default="", description="The gateway's root certificate (ca.crt).")
    target_name: str = Field(
        default="", max_length=253, description="Name to expect in the certificate when it is not the address."
    )
    client_cert_file: ExistingFile = Field(default="", description="Certificate of this station (master gateway).")
    client_key_file: ExistingFile = Field(default="", description="Private key of this station (master gateway).")
    tenant_cert_file: ExistingFile = Field(default="", description="Tenant certificate for the login (master gateway).")
    gateway_id: str = Field(
        default="", max_length=64, description="Which gateway below the master; empty takes the only one."
    )
    generation: Generation = Field(default=Generation.AUTO, description='Wire generation; "auto" asks the gateway.')
    call_timeout_s: float = Field(default=10.0, ge=1, le=120, description="Seconds to wait for an answer.")
    keepalive_s: float = Field(
        default=0.0,
        ge=0,
        le=3_600,
        description="Seconds between signs of life; 0 sends none (a gateway may refuse frequent ones).",
    )
    receive_limit_mb: int = Field(
        default=72, ge=4, le=512, description="Largest answer accepted; image logs need more than 4."
    )
    server_matching: bool = Field(
        default=False, description="Whether the station answers the doors' verify and identify requests."
    )
    matching_threads: int = Field(default=2, ge=1, le=2, description="Threads that search.")
    queue_limit: int = Field(
        default=2000,
        ge=1,
        le=10_000,
        description="Waiting requests above which the station answers at once that it cannot.",
    )
    answer_within_s: float = Field(
        default=2.0,
        ge=0.5,
        le=20,
        description="Seconds within which every request is answered; below the devices' matchTimeout and authTimeout.",
    )
    passback_on_fault: SafeAnswer = Field(
        default=SafeAnswer.REFUSE,
        description="Answer to an anti-passback request that cannot be decided; failed matching is never a match.",
    )
    zones: tuple[Zone, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    access_groups: tuple[AccessGroup, ...] = ()


class Bioserver(Section):
    """The IDEMIA BioServer that compares a selfie with a document portrait."""

    enabled: bool = Field(default=False, description="Whether the station offers document matching.")
    address: OptionalWebAddress = Field(
        default="", description="Base address, up to and including /v2 or what your server uses."
    )
    api_key: Secret = Field(default=None, description="Where the API key is kept.")
    api_key_header: str = Field(
        default="apikey", pattern=r"^[A-Za-z][A-Za-z0-9-]{0,39}$", description="Header that carries the API key."
    )
    ca_file: ExistingFile = Field(default="", description="Certificate file to trust; empty uses the system's.")
    request_timeout_s: float = Field(default=20.0, ge=1, le=120, description="Seconds to wait for an answer.")
    session_ttl_s: int = Field(
        default=300, ge=30, le=3_600, description="Seconds until a session's faces die by themselves."
    )
    keep_images: bool = Field(default=False, description="Whether the server may keep images while the session lives.")
    array_bodies: bool = Field(
        default=False, description="true sends session requests as a list of one, as some servers want."
    )
    signed_subset: bool = Field(
        default=False, description="true accepts signatures over some members of a reply; only those count as proven."
    )
    mode: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9_]{0,40}$",
        description="Coding mode asked for, such as one the server lists; empty leaves the choice to the server.",
    )
    signature_key_files: tuple[ExistingFile, ...] = Field(
        default=(), description="Public keys or certificates (PEM) that sign replies; several while keys rotate."
    )


class Callbacks(Section):
    """Where terminals send what they captured."""

    enabled: bool = Field(default=True, description="Whether the station listens for terminals (needed by Control iD).")
    # Terminals must reach it; allowed_senders keeps others out.
    host: BindHost = Field(default="0.0.0.0", description="Address to listen on.")  # noqa: S104
    port: Port = Field(default=8098, description="Port to listen on; open it in this computer's firewall.")
    path: str = Field(
        default="api/notifications",
        pattern=r"^[A-Za-z0-9_-]{1,40}(/[A-Za-z0-9_-]{1,40}){0,4}$",
        description="Path told to the terminals.",
    )
    allowed_senders: tuple[Network, ...] = Field(
        default=(), description="Addresses or networks that may send; empty allows the configured devices only."
    )
    max_body_mb: int = Field(default=16, ge=5, le=64, description="Largest message accepted.")
    heartbeat_s: int = Field(default=30, ge=5, le=600, description="Seconds between a terminal's signs of life.")


class KeySource(StrEnum):
    """What protects the key of the local store."""

    KEYRING = "keyring"
    PASSPHRASE = "passphrase"  # noqa: S105


class Store(Section):
    """The encrypted local store."""

    folder: str = Field(
        default="", max_length=400, description="Folder of the store; empty uses the station's data folder."
    )
    key: KeySource = Field(
        default=KeySource.KEYRING,
        description='"keyring": the system\'s; "passphrase": asked at start, for computers without a keyring.',
    )
    passphrase: Secret = Field(
        default=None,
        description="Where the passphrase is kept for a service that starts unattended; empty asks for it.",
    )
    backup_folder: str = Field(default="", max_length=400, description="Where encrypted backups go; empty makes none.")
    backup_every_h: int = Field(default=24, ge=1, le=720, description="Hours between backups.")
    backups_kept: int = Field(default=7, ge=1, le=365, description="Backups kept before the oldest is removed.")
