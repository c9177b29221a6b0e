"""[[devices]]: what each vendor's terminals need to be told. A new vendor adds its class to `DeviceSettings`."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from app.config.values import ExistingFile, Identifier, OptionalBindHost, OptionalHostPort, Secret, Section, WebAddress


class DeviceBase(Section):
    """What every device has."""

    id: Identifier = Field(
        description="Short name used in logs, in the journal and by other sections; never change it afterwards."
    )
    vendor: str = Field(description='Which kind of device: "ef45", "controlid" or "gsdk".')
    label: str = Field(default="", max_length=60, description="What the clerk sees; empty shows the id.")
    enabled: bool = Field(default=True, description="Whether the station uses the device.")
    deliver: bool = Field(default=True, description="Whether enrolled people are written to the device.")

    @property
    def shown(self) -> str:
        """The label, or the id when there is none."""
        return self.label or self.id


class Ef45Settings(DeviceBase):
    """An EF-45 iris and face terminal."""

    vendor: Literal["ef45"] = Field(description='"ef45": iris and face terminal with REST interface.')
    address: WebAddress = Field(description="Where the terminal listens, with its port.")
    serial: str = Field(
        default="", max_length=64, description="Serial number that must answer at this address; empty accepts any."
    )
    preview_per_second: int = Field(default=30, ge=1, le=60, description="Pictures per second of the live preview.")
    result_every_s: float = Field(
        default=1.0, ge=0.05, le=10, description="Seconds between two looks for a capture result (several megabytes)."
    )
    card_every_s: float = Field(default=0.5, ge=0.05, le=10, description="Seconds between two looks for a card.")
    set_clock: bool = Field(
        default=False, description="Whether the terminal's clock is put right when it is off by more than a minute."
    )
    bare_file_names: bool = Field(
        default=False, description="true names files without their folder, as some firmware wants."
    )
    bare_file_bodies: bool = Field(
        default=False, description="true sends files as bare base64 text, as some firmware wants."
    )


class ResultsBy(StrEnum):
    """How a Control iD terminal hands over what it captured."""

    MONITOR = "monitor"
    ONLINE = "online"


class ControlIdSettings(DeviceBase):
    """A Control iD terminal for fingers, faces and cards."""

    vendor: Literal["controlid"] = Field(description='"controlid": finger, face and card terminal.')
    address: WebAddress = Field(description="Where the terminal listens.")
    login: str = Field(default="admin", min_length=1, max_length=64, description="User name of the terminal's account.")
    password: Secret = Field(description="Where the account's password is kept.")
    serial: str = Field(
        default="", max_length=64, description="Serial number that must answer at this address; empty accepts any."
    )
    ca_file: ExistingFile = Field(
        default="", description="Certificate file to trust for https; empty uses the system's."
    )
    verify_tls: bool = Field(
        default=True,
        description="Whether an https certificate is checked; for a terminal's own one set ca_file instead.",
    )
    results: ResultsBy = Field(
        default=ResultsBy.MONITOR,
        description='"monitor": the terminal decides at the door; "online": pictures of fingers, it opens to nobody.',
    )
    callback_host: OptionalBindHost = Field(
        default="", description="Address of this computer as the terminal reaches it; empty finds it by route."
    )
    request_timeout_s: float = Field(default=10.0, ge=1, le=120, description="Seconds to wait for an ordinary answer.")
    enroll_timeout_s: float = Field(
        default=100.0, ge=10, le=300, description="Seconds a person may take at the terminal."
    )
    save_on_terminal: bool = Field(
        default=False,
        description="Whether the terminal keeps what it captures at once; false leaves that to the delivery.",
    )
    prompt_as_msg: bool = Field(
        default=False, description="Whether its screen's text is also sent as msg, for firmware that shows no message."
    )


class GsdkConnection(StrEnum):
    """Who dials between gateway and device."""

    DIRECT = "direct"
    ASYNC = "async"
    DEVICE = "device"


class FingerFormat(StrEnum):
    """The template format asked from a Suprema device."""

    ISO = "iso"
    ANSI = "ansi"


class GsdkSettings(DeviceBase):
    """A Suprema device behind the gateway of section [gateway]."""

    vendor: Literal["gsdk"] = Field(description='"gsdk": Suprema device, reached through the gateway.')
    device_number: int = Field(ge=1, le=4_294_967_295, description="The number on the device's label.")
    address: OptionalHostPort = Field(
        default="",
        description="Where the gateway reaches the device (port 51211 when left out); empty when it dials.",
    )
    use_tls: bool = Field(default=False, description="Whether gateway and device speak TLS.")
    connection: GsdkConnection = Field(
        default=GsdkConnection.ASYNC,
        description='"async": the gateway dials and reconnects; "direct": dials once; "device": the device dials.',
    )
    finger_format: FingerFormat = Field(default=FingerFormat.ISO, description="Template format to scan in.")
    finger_quality: int = Field(default=50, ge=20, le=100, description="Lowest scan quality the device accepts.")
    access_groups: tuple[Annotated[int, Field(ge=1, le=4_294_967_295)], ...] = Field(
        default=(), description="Access groups that a newly written person gets."
    )


DeviceSettings = Annotated[Ef45Settings | ControlIdSettings | GsdkSettings, Field(discriminator="vendor")]
