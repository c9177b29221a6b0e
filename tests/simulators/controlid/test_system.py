"""System information, configuration, and the screen."""

import pytest

from app.simulators.controlid import ControlIdTerminal
from tests.simulators.controlid.bench import Bench


def test_system_information_gives_the_id_as_text_or_number(bench: Bench) -> None:
    told = bench.told("system_information")
    assert told["device_id"] == "6613047045004349"
    assert {"serial", "version", "device_name", "online", "network", "license", "time", "uptime"} <= set(told)
    bench.terminal.vary(system_id_text=False)
    assert bench.told("system_information")["device_id"] == 6613047045004349


def test_the_configuration_is_read_back_as_written(bench: Bench) -> None:
    keys = {"hostname": "192.0.2.7", "port": "8000", "path": "api/notifications"}
    assert bench.ask("set_configuration", {"monitor": keys}).content == b""
    assert bench.told("get_configuration", {"monitor": list(keys)}) == {"monitor": keys}
    assert bench.told("get_configuration") == {}


def test_every_value_must_be_a_string_and_nothing_is_written_by_halves(bench: Bench) -> None:
    answer = bench.ask("set_configuration", {"monitor": {"hostname": "a", "port": 8000}})
    assert (answer.status_code, answer.json()) == (400, {"error": "Invalid data (string expected)", "code": 3})
    assert bench.terminal.state.configuration["monitor"]["hostname"] == ""


@pytest.mark.parametrize(
    "body", [{"nowhere": {"a": "1"}}, {"monitor": {"nothing": "1"}}, {"monitor": "x"}, {"monitor": {"port": None}}]
)
def test_what_it_does_not_know_is_refused(bench: Bench, body: object) -> None:
    assert bench.refused("set_configuration", body)


def test_one_unknown_module_fails_the_whole_question(bench: Bench) -> None:
    assert bench.refused("get_configuration", {"monitor": ["port"], "nowhere": ["x"]}) == "Invalid module 'nowhere'"
    assert bench.refused("get_configuration", {"monitor": "port"})


def test_a_message_on_the_screen(bench: Bench, terminal: ControlIdTerminal) -> None:
    bench.told("message_to_screen", {"message": "Place your finger", "timeout": 0})
    assert terminal.state.screen == "Place your finger"
    bench.told("message_to_screen", {"message": ""})
    assert terminal.state.screen == ""
    assert bench.refused("message_to_screen", {"message": "x", "timeout": "1"}) == (
        "Failed: Invalid member 'timeout' (int expected, got string)"
    )


def test_nothing_may_be_written_as_an_empty_object(bench: Bench) -> None:
    bench.terminal.vary(nothing_is_object=True)
    assert bench.ask("cancel_remote_enroll").text == "{}"
