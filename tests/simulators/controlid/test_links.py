"""The terminal's own calls: heartbeats, timeouts, contingency, identification."""

import json
import socket
from urllib.parse import parse_qs

from app.simulators.people import person
from tests.simulators.controlid.bench import Bench, Receiver, wait_for


def test_heartbeats_reach_monitor_as_long_as_it_is_configured(bench: Bench, receiver: Receiver) -> None:
    bench.monitor(receiver, alive_interval="20")
    wait_for(lambda: len(receiver.of("device_is_alive")) >= 3)
    assert set(json.loads(receiver.of("device_is_alive")[0].body)) == {"access_logs", "device_id", "time"}
    bench.told("set_configuration", {"monitor": {"hostname": "", "port": ""}})
    wait_for(lambda: bench.terminal.state.configuration["monitor"]["port"] == "")
    bench.start("card")
    bench.terminal.present(person(1))
    bench.finished()
    assert not receiver.of("card")


def test_a_silent_server_costs_one_timeout_and_the_post_is_lost(bench: Bench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        keys = {"hostname": "127.0.0.1", "port": str(silent.getsockname()[1]), "request_timeout": "50"}
        bench.told("set_configuration", {"monitor": keys})
        bench.terminal.vary(attempts=2)
        bench.terminal.present(person(1))
        bench.start("card")
        wait_for(lambda: len(bench.terminal.deliveries) == 2)
    assert [(done.topic, done.status) for done in bench.terminal.deliveries] == [("card", 0), ("card", 0)]
    assert bench.terminal.deliveries[0].url.endswith("/api/notifications/card")


def test_a_stop_does_not_wait_for_a_silent_server(bench: Bench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        keys = {"hostname": "127.0.0.1", "port": str(silent.getsockname()[1]), "request_timeout": "60000"}
        bench.told("set_configuration", {"monitor": keys})
        bench.terminal.present(person(1))
        bench.start("card")
        silent.settimeout(10)
        connection, _ = silent.accept()
        with connection:
            bench.terminal.stop()
    assert [done.status for done in bench.terminal.deliveries] == [0]


def test_contingency_ends_when_device_is_alive_is_answered(bench: Bench, receiver: Receiver) -> None:
    bench.monitor(receiver)
    bench.go_online(receiver, max_request_attempts="2", alive_interval="30")
    announced = wait_for(lambda: receiver.of("operation_mode"))
    assert json.loads(announced[0].body)["operation_mode"]["mode_name"] == "pro"
    receiver.status = 500
    for _ in range(2):
        bench.terminal.identify(person(1))
    wait_for(lambda: bench.terminal.state.contingency)
    before = len(receiver.of("device_is_alive.fcgi"))
    bench.terminal.present(person(1))
    bench.start("card", user_id=5)
    wait_for(lambda: any(done.withheld == "contingency" for done in bench.terminal.deliveries))
    assert not receiver.of("card_create.fcgi")
    wait_for(lambda: len(receiver.of("device_is_alive.fcgi")) >= before + 2)
    assert json.loads(receiver.of("device_is_alive.fcgi")[0].body) == {"access_logs": 2}
    bench.terminal.vary(alive_form=True)
    receiver.status = 200
    wait_for(lambda: not bench.terminal.state.contingency)
    bench.idle()
    bench.start("card", user_id=5)
    wait_for(lambda: receiver.of("card_create.fcgi"))
    wait_for(lambda: len(receiver.of("operation_mode")) == 3)
    modes = receiver.of("operation_mode")
    assert [json.loads(post.body)["operation_mode"]["mode_name"] for post in modes] == ["pro", "contingency", "pro"]


def test_without_contingency_it_goes_on_trying(bench: Bench, receiver: Receiver) -> None:
    bench.go_online(receiver, contingency_enabled="0", max_request_attempts="1")
    receiver.status = 500
    for number in (1, 2, 3):
        bench.terminal.identify(person(number))
    wait_for(lambda: len(receiver.of("new_user_identified.fcgi")) == 3)
    assert not bench.terminal.state.contingency


def test_an_identification_is_asked_as_a_form(bench: Bench, receiver: Receiver) -> None:
    bench.terminal.identify(person(1))
    bench.go_online(receiver)
    bench.terminal.identify(person(1))
    (post,) = wait_for(lambda: receiver.of("new_user_identified.fcgi"))
    form = parse_qs(post.body.decode())
    assert form["user_id"] == ["1001"]
    assert post.headers["content-type"] == "application/x-www-form-urlencoded"


def test_changes_of_objects_are_announced_with_every_value_quoted(bench: Bench, receiver: Receiver) -> None:
    bench.monitor(receiver)
    bench.terminal.vary(announces_changes=True)
    bench.add_user(person(1))
    (post,) = wait_for(lambda: receiver.of("dao"))
    (change,) = json.loads(post.body)["object_changes"]
    assert (change["object"], change["type"], change["values"][0]["id"]) == ("users", "inserted", "1001")


def test_monitor_goes_on_after_a_reboot(bench: Bench, receiver: Receiver) -> None:
    bench.monitor(receiver, alive_interval="20")
    bench.terminal.reboot()
    bench.terminal.wait_until_back()
    before = len(receiver.received)
    wait_for(lambda: len(receiver.received) > before)
