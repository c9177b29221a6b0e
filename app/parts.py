"""Parts of the station made from the configuration: policy, devices, store key, supervisor."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from app.config import Configuration, SecretResolver
from app.config.devices import DeviceSettings, GsdkSettings
from app.config.policy import ModalityPolicy as ModalitySettings
from app.config.policy import PersonField as FieldSettings
from app.config.policy import Policy as PolicySettings
from app.config.sections import Gateway
from app.config.values import Section
from app.devices import registry
from app.devices.values import Value
from app.domain.device import Device
from app.domain.errors import ConfigurationInvalid
from app.domain.modality import Modality
from app.domain.operator import OperatorRules
from app.domain.policy import (
    NAMES,
    NUMBER,
    ConsentText,
    DocumentRule,
    DuplicateRule,
    EnrollmentPolicy,
    ModalityPolicy,
    PersonField,
)
from app.journeys.supervision import SecretSource, no_secret
from app.paths import folders, make_private

RECOVERY = "recovery"
GENERAL = frozenset({"id", "vendor", "label", "enabled", "deliver", "password"})
"""Settings of every device that are not handed to the vendor."""
GATEWAY = frozenset(
    [
        "kind",
        "address",
        "ca_file",
        "target_name",
        "client_cert_file",
        "client_key_file",
        "tenant_cert_file",
        "gateway_id",
        "generation",
        "call_timeout_s",
        "keepalive_s",
        "receive_limit_mb",
    ]
)
"""Settings of the gateway that its devices are told; their names get `gateway_` in front."""


def policy_of(settings: PolicySettings) -> EnrollmentPolicy:
    """What the configuration's [policy] means for an enrollment."""
    fields = [_field(each) for each in settings.person_fields]
    names = {field.name for field in NAMES}
    return EnrollmentPolicy(
        modalities={
            Modality.IRIS: _modality(Modality.IRIS, settings.iris),
            Modality.FACE: _modality(Modality.FACE, settings.face),
            Modality.FINGER: _modality(Modality.FINGER, settings.finger),
            Modality.CARD: _modality(Modality.CARD, settings.card),
        },
        number=replace(NUMBER, pattern=settings.person_id_pattern, hint=settings.person_id_hint),
        names=tuple(field for field in fields if field.name in names) or NAMES,
        fields=tuple(field for field in fields if field.name not in names),
        consents=_consents(settings),
        fingers=settings.finger.fingers,
        duress=settings.finger.duress,
        draft_days=settings.retention.drafts_days,
        check_duplicates=settings.duplicates.check,
        duplicates=DuplicateRule(settings.duplicates.action.value),
        document=DocumentRule(settings.bioserver.in_enrollment.value),
    )


def operator_rules(configuration: Configuration) -> OperatorRules:
    """Whether people sign in, and when the screen locks."""
    asked = configuration.policy.operators
    return OperatorRules(
        sign_in=asked.sign_in,
        tries_before_lock=asked.tries_before_lock,
        confirm_at_submit=asked.confirm_at_submit,
        idle_lock_s=configuration.station.idle_lock_s,
    )


def build_devices(configuration: Configuration) -> list[Device]:
    """Every enabled device, none of them opened. Raises ConfigurationInvalid with every mistake by its key.

    Looks secrets up in the keyring, which may take a while: not on the UI thread.
    """
    return devices_of(configuration, make_private(folders().data / RECOVERY), SecretResolver())


def devices_of(configuration: Configuration, recovery: Path, secrets: SecretResolver) -> list[Device]:
    """The enabled devices, with notes for a crash in `recovery`. Raises ConfigurationInvalid like `build_devices`."""
    devices: list[Device] = []
    problems: dict[str, str] = {}
    for each in configuration.devices:
        try:
            devices += [_device(each, configuration.gateway, secrets, recovery)] if each.enabled else []
        except ConfigurationInvalid as invalid:
            problems |= invalid.problems
    if problems:
        raise ConfigurationInvalid(problems)
    return devices


def supervisor_secret(configuration: Configuration) -> SecretSource:
    """Looks the supervisor's passcode up each time it is needed, on a worker thread."""
    reference = configuration.station.supervisor
    if reference is None:
        return no_secret

    async def look_up() -> str | None:
        return await asyncio.to_thread(SecretResolver().resolve, "station.supervisor", reference)

    return look_up


def _device(settings: DeviceSettings, gateway: Gateway, secrets: SecretResolver, recovery: Path) -> Device:
    values = {name: value for name, value in _values(settings).items() if name not in GENERAL}
    if isinstance(settings, GsdkSettings):
        values["access_groups"] = ",".join(str(group) for group in settings.access_groups)
        values["group_names"] = "\n".join(f"{each.number}={each.name}" for each in gateway.access_groups)
        values |= {f"gateway_{name}": value for name, value in _values(gateway).items() if name in GATEWAY}
    password = getattr(settings, "password", None)
    if password is not None:
        values["password"] = secrets.resolve(f"devices[{settings.id}].password", password)
    try:
        return registry.build(settings.vendor, settings.id, settings.shown, values, recovery)
    except ConfigurationInvalid as invalid:
        raise ConfigurationInvalid(_of_device(settings.id, invalid.problems)) from invalid


def _values(settings: Section) -> dict[str, Value]:
    dumped = settings.model_dump(mode="json").items()
    return {name: value for name, value in dumped if isinstance(value, str | int | float | bool)}


def _of_device(device_id: str, problems: Mapping[str, str]) -> dict[str, str]:
    """A driver names its own keys; the configuration's reader must know whose they are."""
    return {f"devices[{device_id}].{key}": told for key, told in problems.items()}


def _field(settings: FieldSettings) -> PersonField:
    return PersonField(
        settings.name,
        settings.label,
        required=settings.required,
        pattern=settings.pattern,
        hint=settings.hint,
        max_length=settings.max_length,
        choices=settings.choices,
        unique=settings.unique,
    )


def _modality(modality: Modality, settings: ModalitySettings) -> ModalityPolicy:
    return ModalityPolicy(
        modality,
        threshold=settings.quality,
        tries=settings.tries,
        deadline_s=settings.deadline_s,
        required=settings.required,
        offered=settings.offered,
        keep_best=settings.keep_best,
        exception_needs_supervisor=settings.exception_needs_supervisor,
    )


def _consents(settings: PolicySettings) -> tuple[ConsentText, ...]:
    if not settings.consent.required:
        return ()
    texts: Mapping[str, str] = settings.consent.texts
    return tuple(ConsentText(settings.consent.version, tag, text) for tag, text in texts.items())
