"""Which generation a gateway's version stands for, and when that is only a guess."""

import pytest

from app.devices.gsdk.pb import Choice, Generation, from_version, wire


@pytest.mark.parametrize(
    ("version", "generation", "doubtful"),
    [
        ("1.5.0", Generation.A, False),
        ("1.6.0", Generation.A, False),
        ("v1.6.0_20230908", Generation.A, False),
        ("1.7.0", Generation.B, True),
        ("1.7.1", Generation.B, False),
        ("1.8.2", Generation.C, False),
        ("1.9.1", Generation.C, True),
        ("2.0.0", Generation.C, True),
        ("1.4.0", Generation.A, True),
        ("", Generation.C, True),
    ],
)
def test_the_version_names_the_generation(version: str, generation: Generation, doubtful: bool) -> None:
    assert from_version(version) == Choice(generation, doubtful)


def test_a_field_that_a_generation_lacks_cannot_be_set() -> None:
    with pytest.raises(ValueError, match="userFlag"):
        wire(Generation.A).user.UserHdr(userFlag=1)


def test_every_generation_calls_the_vendor_by_the_same_paths() -> None:
    for generation in Generation:
        services = wire(generation)
        assert services.user.GetPINHashWithKey.path == "/gsdk.user.User/GetPINHashWithKey"
        assert services.server.Subscribe.path == "/gsdk.server.Server/Subscribe"
        assert services.connect_master.Connect.path == "/gsdk.connect_master.ConnectMaster/Connect"
