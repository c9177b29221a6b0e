"""The kinds of values a configuration holds: identifiers, addresses, references to secrets; each says what it wants."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainSerializer, PlainValidator

_IDENTIFIER = re.compile(r"[A-Za-z]{1,16}(?:[-_]?[0-9]{1,3}|[-_][A-Za-z]{1,16}){0,6}")
_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][A-Z]{2})?")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*")


class Section(BaseModel):
    """Base of everything configured: frozen, and an unknown key is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True)


@dataclass(frozen=True)
class SecretRef:
    """Where a secret is kept: `keyring:service/name` or `env:NAME`; never the secret itself."""

    scheme: str
    place: str

    def __str__(self) -> str:
        return f"{self.scheme}:{self.place}"

    @property
    def service(self) -> str:
        """The keyring's service; empty for an environment variable."""
        return self.place.rpartition("/")[0]

    @property
    def name(self) -> str:
        """The name within the service, or of the environment variable."""
        return self.place.rpartition("/")[2]


def parse_secret(value: object) -> SecretRef | None:
    """A reference, or None for the empty text; ValueError (which never repeats the value) for anything else."""
    if isinstance(value, SecretRef):
        return value
    if value is None or value == "":
        return None
    scheme, _, place = str(value).partition(":")
    if scheme == "env" and _VARIABLE.fullmatch(place):
        return SecretRef(scheme, place)
    service, _, name = place.rpartition("/")
    if scheme == "keyring" and service and name and place.isprintable() and len(place) <= 200:
        return SecretRef(scheme, place)
    raise ValueError(
        "must say where the secret is kept, never the secret itself: put it in the system's keyring with"
        " `enrollment-station secret set keyring:enrollment-station/NAME` and write that reference here,"
        ' or name an environment variable as "env:NAME"'
    )


def model_in(annotation: object) -> type[BaseModel] | None:
    """The section a field holds, by itself or in a tuple; None for a plain value."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = [model_in(argument) for argument in getattr(annotation, "__args__", ())]
    return next((model for model in inner if model is not None), None)


def identifier(text: str) -> str:
    """A short name that devices, files and logs can carry."""
    if len(text) > 32 or not _IDENTIFIER.fullmatch(text):
        raise ValueError(
            "must begin with a letter and be at most 32 letters, digits, `-` and `_`,"
            ' with no more than three digits in a row, such as "iris-1"'
        )
    return text


def field_name(text: str) -> str:
    """The stored name of a person field."""
    if not _FIELD_NAME.fullmatch(text):
        raise ValueError("must be lower-case letters, digits and `_`, beginning with a letter, at most 32")
    return text


def language(text: str) -> str:
    """A language code such as "en" or "pt-BR"."""
    if not _LANGUAGE.fullmatch(text):
        raise ValueError('must be a language code such as "en" or "pt-BR"')
    return text


def pattern(text: str) -> str:
    """A regular expression that a whole value must match."""
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError("must be a regular expression, and this one cannot be read") from error
    return text


def web_address(text: str) -> str:
    """`http(s)://host[:port][/path]` without user, query or fragment; a closing slash is dropped."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if (
        parts.scheme not in {"http", "https"}
        or not is_host(parts.hostname or "")
        or port == 0
        or not text.isprintable()
    ):
        raise ValueError('must be an address such as "http://192.168.1.50:9980"')
    if parts.username is not None or parts.query or parts.fragment or " " in text:
        raise ValueError("must not contain a user, password, query or fragment")
    return text.rstrip("/")


def host_port(text: str) -> str:
    """`host` or `host:port`; an IPv6 address stands in brackets."""
    try:
        parts = urlsplit(f"//{text}")
        plain = parts.netloc == text and parts.username is None and is_host(parts.hostname or "") and parts.port != 0
    except ValueError:
        plain = False
    if not plain:
        raise ValueError('must be a host and perhaps a port, such as "192.168.1.60:4000"')
    return text


def bind_host(text: str) -> str:
    """An address of this computer to listen on."""
    if not is_host(text):
        raise ValueError('must be an address of this computer, or "0.0.0.0" for all of them')
    return text


def network(text: str) -> str:
    """An address or network such as "192.168.1.0/24"."""
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise ValueError('must be an address or a network, such as "192.168.1.0/24"') from error
    return text


def is_host(text: str) -> bool:
    """Whether it is a host name or an IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return len(text) <= 253 and not re.fullmatch(r"[0-9.]+", text) and _HOST.fullmatch(text) is not None
    return True


def _or_empty(check: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: check(text) if text else text


Secret = Annotated[
    SecretRef | None, PlainValidator(parse_secret), PlainSerializer(lambda ref: str(ref or ""), return_type=str)
]
Identifier = Annotated[str, AfterValidator(identifier)]
FieldName = Annotated[str, AfterValidator(field_name)]
Language = Annotated[str, AfterValidator(language)]
Pattern = Annotated[str, AfterValidator(_or_empty(pattern))]
WebAddress = Annotated[str, AfterValidator(web_address)]
OptionalWebAddress = Annotated[str, AfterValidator(_or_empty(web_address))]
HostPort = Annotated[str, AfterValidator(host_port)]
OptionalHostPort = Annotated[str, AfterValidator(_or_empty(host_port))]
BindHost = Annotated[str, AfterValidator(bind_host)]
OptionalBindHost = Annotated[str, AfterValidator(_or_empty(bind_host))]
Network = Annotated[str, AfterValidator(network)]


class FileName:
    """Marks a text as the path of a file that must exist; relative paths start at the configuration's folder."""


ExistingFile = Annotated[str, FileName()]
