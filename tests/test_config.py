"""The configuration file: every mistake at once and by key, nothing crashes it, written as it was read."""

import os
import string
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from app import config
from app.config import Configuration, SecretRef, SecretResolver
from app.config.policy import ConsentPolicy, PersonField, Policy
from app.config.sections import Station
from app.config.values import (
    bind_host,
    host_port,
    identifier,
    language,
    model_in,
    network,
    parse_secret,
    web_address,
)
from app.domain.errors import ConfigurationInvalid
from app.log_facts import safe_facts
from app.paths import resource

EXAMPLE = resource("station.example.toml").read_text("utf-8")


def problems(text: str) -> dict[str, str]:
    with pytest.raises(ConfigurationInvalid) as caught:
        config.parse(text)
    return caught.value.problems


# The example file


def test_the_example_is_valid_and_what_the_station_itself_would_write() -> None:
    assert config.emit(config.parse(EXAMPLE)) == EXAMPLE


def test_the_example_shows_every_key() -> None:
    shown = {line.split(" = ")[0] for line in EXAMPLE.splitlines() if " = " in line and not line.startswith("#")}
    missing = [key for key in _keys(Configuration) if key not in shown]
    assert not missing


def test_the_example_explains_every_key() -> None:
    unexplained = [key for key in _keys(Configuration, undocumented=True) if key not in {"consent"}]
    assert not unexplained


def test_an_empty_file_is_a_station_with_nothing_configured() -> None:
    assert config.parse("") == Configuration()


def test_the_defaults_survive_a_section_that_names_one_key() -> None:
    assert config.parse("[policy.card]\ntries = 5").policy.card.required is False


# Mistakes


def test_every_mistake_is_listed_at_once_by_its_key() -> None:
    text = """
typo = 1
[station]
text_percent = 1000
them = "dark"
theme = "pink"
[[devices]]
id = "iris-1"
vendor = "ef45"
address = "192.168.1.50"
[[devices]]
id = "Iris-1"
vendor = "controlid"
address = "http://192.168.1.51"
password = "s3cret-w0rd"
preview = true
[[devices]]
id = "x"
vendor = "acme"
[[devices]]
vendor = "gsdk"
device_number = "12"
[gateway]
receive_limit_mb = 1
[[gateway.zones]]
id = "hall"
number = 1
entry = ["nowhere"]
exit = []
[bioserver]
enabled = true
session_ttl_s = true
[callbacks]
enabled = false
port = 70000
allowed_senders = ["everyone"]
[policy.iris]
quality = 101
tries = 2.5
[[policy.person_fields]]
name = "Nice Name"
label = "Name"
pattern = "("
[[policy.person_fields]]
name = "kind"
label = "Kind"
kind = "choice"
"""
    assert problems(text) == {
        "station.text_percent": "must be at most 200.",
        "station.theme": 'must be one of "system", "light", "dark" or "contrast".',
        "station.them": 'is not a known key; did you mean "theme"?',
        "devices[iris-1].address": 'must be an address such as "http://192.168.1.50:9980".',
        "devices[Iris-1].password": f"{_secret_sentence()}.",
        "devices[Iris-1].preview": "is not a known key.",
        "devices[x].vendor": 'must be one of "ef45", "controlid", "gsdk".',
        "devices[4].id": "is required.",
        "devices[4].device_number": "must be a whole number without quotes.",
        "gateway.receive_limit_mb": "must be at least 4.",
        "gateway.zones[hall].exit": "is too short: at least 1 needed.",
        "bioserver.session_ttl_s": "must be a whole number without quotes.",
        "callbacks.port": "must be at most 65535.",
        "callbacks.allowed_senders[1]": 'must be an address or a network, such as "192.168.1.0/24".',
        "policy.person_fields[Nice Name].name": "must be lower-case letters, digits and `_`, beginning with a letter,"
        " at most 32.",
        "policy.person_fields[Nice Name].pattern": "must be a regular expression, and this one cannot be read.",
        "policy.iris.quality": "must be at most 100.",
        "policy.iris.tries": "must be a whole number without quotes.",
        "typo": "is not a known key.",
        "devices[iris-1].id": "is the id of more than one device.",
        "devices[Iris-1].id": "is the id of more than one device.",
        "policy.person_fields[kind].choices": "is required for a choice.",
        "policy.person_fields": 'must contain a field named "last_name".',
        "gateway.zones[hall].entry": "names a device that is not configured.",
        "callbacks.enabled": "must be true, because a Control iD terminal is configured.",
        "gateway.enabled": "must be true, because a Suprema device is configured.",
        "devices[4].address": 'is required unless connection is "device".',
        "bioserver.address": "is required while bioserver.enabled is true.",
        "bioserver.api_key": "is required while bioserver.enabled is true.",
        "bioserver.signature_key_files": 'is required unless policy.bioserver.signature is "shown".',
    }


def test_a_master_gateway_needs_its_certificates_and_matches_nothing() -> None:
    text = '[gateway]\nenabled = true\nkind = "master"\nserver_matching = true\nca_file = "ca.crt"'
    assert set(problems(text)) == {
        "gateway.client_cert_file",
        "gateway.client_key_file",
        "gateway.tenant_cert_file",
        "gateway.server_matching",
    }


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[station\nid = 1", "line 1"),
        ('[station]\nname = "a"\nname = "b"', "line 3"),
        ('[station]\nname = "never closed', ""),
        ("[" * 5000, ""),
        ("a = " + "[" * 5000, "nesting"),
        ("a = " + "9" * 5000, "number"),
    ],
)
def test_broken_toml_names_the_line_and_repeats_nothing(text: str, where: str) -> None:
    told = problems(text)
    assert list(told) == ["file"]
    assert where in told["file"]
    assert "closed" not in told["file"]


def test_dates_infinities_and_tables_in_the_wrong_place_are_named() -> None:
    text = "station = 3\n[callbacks]\nport = 2031-01-01\n[policy.matching]\nfalse_alarm_percent = nan\n[devices]\nx = 1"
    assert set(problems(text)) == {
        "station",
        "callbacks.port",
        "policy.matching.false_alarm_percent",
        "devices",
    }


def test_files_that_cannot_be_a_configuration(tmp_path: Path) -> None:
    def told(name: str) -> dict[str, str]:
        with pytest.raises(ConfigurationInvalid) as caught:
            config.load(tmp_path / name)
        return caught.value.problems

    (tmp_path / "latin.toml").write_bytes(b"[station]\nname = 'caf\xe9'")
    (tmp_path / "huge.toml").write_bytes(b"#" * 1_000_001)
    assert told("latin.toml") == {"file": "line 2 is not UTF-8 text; save the file as UTF-8."}
    assert "larger" in told("huge.toml")["file"]
    assert told("absent.toml") == {"file": "cannot be read (No such file or directory)."}
    assert "cannot be read" in told(".")["file"]


def test_a_file_with_byte_order_mark_and_windows_lines_is_read(tmp_path: Path) -> None:
    path = tmp_path / "station.toml"
    path.write_bytes(b"\xef\xbb\xbf[station]\r\nname = 'Desk'\r\n")
    assert config.load(path).station.name == "Desk"


def test_files_it_names_must_exist_and_may_lie_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "station.toml"
    path.write_text(EXAMPLE, "utf-8")
    with pytest.raises(ConfigurationInvalid) as caught:
        config.load(path)
    assert set(caught.value.problems) == {"gateway.ca_file", "bioserver.signature_key_files"}
    (tmp_path / "pki").mkdir()
    for name in ("gateway-ca.crt", "bioserver-signing.pem"):
        (tmp_path / "pki" / name).touch()
    loaded = config.load(path)
    assert loaded.path(loaded.gateway.ca_file) == tmp_path / "pki" / "gateway-ca.crt"
    assert loaded.path("") is None


def test_a_named_file_must_exist_and_the_usual_one_need_not(tmp_path: Path) -> None:
    assert config.load_or_default(None, tmp_path / "station.toml").station == Station()
    with pytest.raises(ConfigurationInvalid):
        config.load_or_default(tmp_path / "named.toml", tmp_path / "station.toml")


# Values


@pytest.mark.parametrize(
    "text", ["http://10.0.0.1:9980", "https://a.example.org/x/v2", "http://[::1]:80", "http://desk"]
)
def test_web_addresses(text: str) -> None:
    assert web_address(text + "/") == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "10.0.0.1", "ftp://a", "http://", "http://a:0", "http://a:99999", "http://u:p@a", "http://a/?k=v"),
        *("http://a b", "http://[::1", "http://a\n", "http://1.2.3", "http://-a-"),
    ],
)
def test_no_web_addresses(text: str) -> None:
    with pytest.raises(ValueError, match="must"):
        web_address(text)


@pytest.mark.parametrize("text", ["desk", "10.0.0.1:4000", "[fe80::1]:4000", "gate.example.org:1"])
def test_hosts_with_ports(text: str) -> None:
    assert host_port(text) == text


@pytest.mark.parametrize("text", ["", ":80", "a:b", "http://a", "a/b", "u@a", "a:0", "a:70000", "1.2.3.4.5", "[::1"])
def test_no_hosts_with_ports(text: str) -> None:
    with pytest.raises(ValueError, match="must"):
        host_port(text)


def test_what_else_is_checked_by_its_shape() -> None:
    for check in (identifier, language, network, bind_host):
        with pytest.raises(ValueError, match="must"):
            check("?!")


@given(st.from_regex(r"[A-Za-z]{1,8}([-_]?[0-9]{1,3}|[-_][A-Za-z]{1,8}){0,2}", fullmatch=True))
def test_every_identifier_may_stand_in_the_log(text: str) -> None:
    assert safe_facts({"device": identifier(text)}) == {"device": text}


# Secrets


class Ring:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service_name: str, username: str) -> str | None:
        return self.kept.get((service_name, username))

    def set_password(self, service_name: str, username: str, password: str) -> None:
        self.kept[service_name, username] = password


class LockedRing(Ring):
    def get_password(self, service_name: str, username: str) -> str | None:
        raise RuntimeError("locked, and the password is hunter2")

    def set_password(self, service_name: str, username: str, password: str) -> None:
        raise RuntimeError("locked, and the password is hunter2")


def _secret_sentence() -> str:
    with pytest.raises(ValueError, match="never the secret itself") as caught:
        parse_secret("x")
    return str(caught.value)


@pytest.mark.parametrize(
    "text", ["hunter2", "keyring:", "keyring:a", "keyring:/b", "env:", "env:A B", "file:/x", "env"]
)
def test_a_literal_secret_is_refused_with_the_cure_and_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="secret set") as caught:
        parse_secret(text)
    assert "hunter2" not in str(caught.value)


def test_a_secret_pasted_as_a_key_is_not_repeated() -> None:
    told = problems('[bioserver]\n"sk-9Zq81L/mNe02=" = 1\n')
    assert told == {"bioserver.(unreadable key)": "is not a known key."}


def test_secrets_come_from_keyring_and_environment() -> None:
    ring = Ring()
    resolver = SecretResolver(ring, {"DOOR": "abc"})
    ref = SecretRef("keyring", "station/north/finger-1")
    resolver.remember("devices[finger-1].password", ref, "xyz")
    assert ring.kept == {("station/north", "finger-1"): "xyz"}
    assert resolver.resolve_all({"a": ref, "b": SecretRef("env", "DOOR")}) == {"a": "xyz", "b": "abc"}


def test_every_missing_secret_is_named_at_once() -> None:
    configuration = config.parse(EXAMPLE)
    with pytest.raises(ConfigurationInvalid) as caught:
        SecretResolver(Ring(), {}).resolve_all(configuration.secrets() | {"x": SecretRef("env", "NOT_SET")})
    assert caught.value.problems == {
        "station.supervisor": "is not in the keyring; put it there with"
        " `enrollment-station secret set keyring:enrollment-station/supervisor`.",
        "devices[finger-1].password": "is not in the keyring; put it there with"
        " `enrollment-station secret set keyring:enrollment-station/finger-1`.",
        "bioserver.api_key": "is not in the keyring; put it there with"
        " `enrollment-station secret set keyring:enrollment-station/bioserver`.",
        "x": "needs the environment variable NOT_SET, which is not set.",
    }


def test_a_keyring_that_fails_is_a_problem_by_key_and_says_no_more() -> None:
    resolver = SecretResolver(LockedRing(), {})
    ref = SecretRef("keyring", "a/b")
    for attempt in (lambda: resolver.resolve("k", ref), lambda: resolver.remember("k", ref, "s")):
        with pytest.raises(ConfigurationInvalid) as caught:
            attempt()
        assert "RuntimeError" in caught.value.problems["k"]
        assert "hunter2" not in str(caught.value.problems)
    with pytest.raises(ConfigurationInvalid, match="count=1"):
        resolver.remember("k", SecretRef("env", "X"), "s")
    assert repr(resolver) == "SecretResolver()"


# Saving


def test_saving_is_one_step_and_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "station.toml"
    configuration = config.parse(EXAMPLE).model_copy(update={"gateway": config.Gateway(), "devices": ()})
    config.save(configuration, path)
    config.save(configuration.model_copy(update={"station": Station(name="Other")}), path)
    assert config.parse(path.read_text("utf-8")).station.name == "Other"
    assert [item.name for item in path.parent.iterdir()] == ["station.toml"]
    if sys.platform != "win32":
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_failed_save_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "station.toml"
    config.save(Configuration(), path)
    before = path.read_bytes()
    blocked = tmp_path / f".station.toml.{os.getpid()}.new"
    blocked.mkdir()
    with pytest.raises(OSError, match="directory"):
        config.save(Configuration(station=Station(name="Other")), path)
    assert path.read_bytes() == before


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=60)


@given(TEXT, TEXT, st.floats(0.01, 10_000), st.integers(80, 200))
@example("\x7f\x00\x1f\u2028\"\\'", '"""\r\n#', 1e-2, 100)
def test_whatever_is_saved_reads_back_equal(name: str, text: str, rate: float, percent: int) -> None:
    configuration = Configuration(
        station=Station(name=name, text_percent=percent),
        policy=Policy(
            consent=ConsentPolicy(texts={"en": text, "pt-BR": name}),
            person_fields=(
                PersonField(name="last_name", label=name),
                PersonField(name="group", label=text, choices=(name, text)),
            ),
            matching=Policy().matching.model_copy(update={"false_match_per_million": rate}),
        ),
    )
    assert config.parse(config.emit(configuration)) == configuration


# Garbage

GARBAGE = st.one_of(
    st.text(max_size=200),
    st.text(string.printable, max_size=200),
    st.lists(st.sampled_from([*EXAMPLE.splitlines(), "[[devices]]", "devices = []", "id = 3", "x = [[", "= ="])).map(
        "\n".join
    ),
)


@settings(max_examples=300)
@given(GARBAGE)
def test_garbage_is_always_a_named_mistake(text: str) -> None:
    try:
        config.parse(text)
    except ConfigurationInvalid as invalid:
        assert invalid.problems  # noqa: PT017 - valid by chance is fine as well


@settings(max_examples=200)
@given(st.integers(0, len(EXAMPLE) - 1), st.integers(0, 40), st.text(max_size=6))
def test_a_damaged_example_is_always_a_named_mistake(at: int, cut: int, put: str) -> None:
    try:
        config.parse(EXAMPLE[:at] + put + EXAMPLE[at + cut :])
    except ConfigurationInvalid as invalid:
        assert all(told.endswith((".", "?")) for told in invalid.problems.values())  # noqa: PT017


@given(st.binary(max_size=300))
def test_a_file_of_bytes_is_always_a_named_mistake(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("config") / "station.toml"
    path.write_bytes(data)
    try:
        config.load(path)
    except ConfigurationInvalid as invalid:
        assert invalid.problems  # noqa: PT017


def _keys(model: type[BaseModel], undocumented: bool = False) -> Iterator[str]:
    """Every plain key of every section; or only those without a description."""
    for name, info in model.model_fields.items():
        inner = [kind for kind in _models(info.annotation) if kind is not None]
        for kind in inner:
            yield from _keys(kind, undocumented)
        if not inner and name not in {"folder", "texts"} and not (undocumented and info.description):
            yield name


def _models(annotation: object) -> list[type[BaseModel] | None]:
    arguments = [kind for part in getattr(annotation, "__args__", ()) for kind in _models(part)]
    return arguments or [model_in(annotation)]
