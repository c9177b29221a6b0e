"""Configuration, connections, events and upkeep of a simulated gateway."""

import grpc
import pytest

from app.devices.gsdk.pb.common import connect_pb2
from app.simulators.gsdk import EVERY_MODEL, Model
from tests.simulators.gsdk.bench import Client, id_of

DESK = id_of(EVERY_MODEL, Model.BIOSTATION_2)
CARDS = id_of(EVERY_MODEL, Model.XPASS)
FACES = id_of(EVERY_MODEL, Model.BIOSTATION_3)


@pytest.mark.parametrize("package", ["auth", "card", "finger", "display", "system", "time"])
def test_a_configuration_written_back_unchanged_is_unchanged_newer_fields_included(
    client: Client, package: str
) -> None:
    before = client.call(package, "GetConfig", deviceID=DESK).config
    client.call(package, "SetConfig", deviceID=DESK, config=before)
    after = client.call(package, "GetConfig", deviceID=DESK).config
    assert after.SerializeToString() == before.SerializeToString()
    assert before.SerializeToString().endswith(bytes.fromhex("a00601"))


def test_a_configuration_made_from_scratch_loses_what_it_does_not_say(client: Client) -> None:
    config = client.at.auth.AuthConfig(useServerMatching=True, matchTimeout=5, authTimeout=10)
    client.call("auth", "SetConfig", deviceID=DESK, config=config)
    after = client.call("auth", "GetConfig", deviceID=DESK).config
    assert not after.authSchedules
    assert after.useServerMatching


def test_out_of_range_and_unfit_is_refused(client: Client) -> None:
    config = client.call("auth", "GetConfig", deviceID=DESK).config
    config.authTimeout = 2
    assert client.refused("auth", "SetConfig", deviceID=DESK, config=config)[0] is grpc.StatusCode.INVALID_ARGUMENT
    display = client.call("display", "GetConfig", deviceID=CARDS).config
    display.useUserPhrase = True
    assert client.refused("display", "SetConfig", deviceID=CARDS, config=display)[0] is grpc.StatusCode.UNIMPLEMENTED
    failures = client.failures("auth", "SetConfigMulti", deviceIDs=[DESK, 5], config=config)
    assert [number for number, _code, _text in failures] == [DESK, 5]


def test_what_a_device_can_is_told(client: Client) -> None:
    plain = client.call("device", "GetCapability", deviceID=DESK).deviceCapability
    visual = client.call("device", "GetCapability", deviceID=FACES).deviceCapability
    info = client.call("device", "GetCapabilityInfo", deviceID=FACES).capInfo
    assert (plain.extendedAuthSupported, visual.extendedAuthSupported) == (False, True)
    assert (info.faceSupported, info.fingerSupported, info.userPhraseSupported) == (True, False, True)
    assert client.call("device", "GetInfo", deviceID=DESK).info.modelName == "BIOSTATION_2"


def test_devices_come_and_go_and_the_stream_tells_it(client: Client) -> None:
    stream = client.stream("connect", "SubscribeStatus", queueSize=16)
    assert client.gateway.world.status.wait_read(5)
    client.gateway.unplug(DESK)
    client.gateway.plug_in(DESK)
    client.call("connect", "Disconnect", deviceIDs=[DESK])
    told = [next(stream) for _ in range(3)]
    stream.cancel()

    assert [change.status for change in told] == [0, connect_pb2.TLS_CONNECTED, 0]
    numbers = [info.deviceID for info in client.call("connect", "GetDeviceList").deviceInfos]
    assert DESK not in numbers
    info = client.at.connect.ConnectInfo(IPAddr="192.0.2.15", port=51211)
    assert client.call("connect", "Connect", connectInfo=info).deviceID == DESK
    assert len(client.call("connect", "SearchDevice", timeout=100).deviceInfos) == len(EVERY_MODEL)


def test_slaves_and_modes_are_kept(client: Client) -> None:
    slave = client.at.connect.SlaveDeviceInfo(deviceID=DESK, rs485SlaveDeviceIDs=[7])
    client.call("connect", "SetSlaveDevice", slaveDeviceInfos=[slave])
    client.call("connect", "SetConnectionMode", deviceID=DESK, connectionMode=1)
    client.call("connect", "EnableSSL", deviceID=DESK)
    client.call("connect", "SetAcceptFilter", filter=client.at.connect.AcceptFilter(allowAll=True))

    (desk,) = [info for info in client.call("connect", "GetDeviceList").deviceInfos if info.deviceID == DESK]
    assert (desk.connectionMode, desk.useSSL) == (1, True)
    assert client.call("connect", "GetSlaveDevice").slaveDeviceInfos == [slave]
    assert client.call("connect", "GetAcceptFilter").filter.allowAll


def test_several_devices_are_cleared_blocked_and_filtered_at_once(client: Client) -> None:
    both, card = [DESK, CARDS], client.at.card.BlacklistItem(cardID=bytes(31) + b"\x07")
    client.call("card", "AddBlacklistMulti", deviceIDs=both, cardInfos=[card])
    assert [len(client.call("card", "GetBlacklist", deviceID=one).blacklist) for one in both] == [1, 1]
    client.call("card", "DeleteBlacklistMulti", deviceIDs=both, cardInfos=[card])
    assert [len(client.call("card", "GetBlacklist", deviceID=one).blacklist) for one in both] == [0, 0]
    image = client.at.event.ImageFilter(eventCode=0x1900, scheduleID=1)
    client.call("event", "SetImageFilterMulti", deviceIDs=both, filters=[image])
    client.gateway.fill_log(DESK, 3)
    client.call("event", "ClearLogMulti", deviceIDs=both)
    for one in both:
        assert client.call("event", "GetImageFilter", deviceID=one).filters[0].eventCode == 0x1900
        assert [entry.eventCode for entry in client.call("event", "GetLog", deviceID=one).events] == [0x4200]
    assert client.failures("event", "ClearLogMulti", deviceIDs=[DESK, 5])[0][0] == 5


def test_a_device_that_reads_qr_codes_keeps_how(client: Client) -> None:
    config = client.call("card", "GetQRConfig", deviceID=FACES).config
    config.useQRCode = True
    client.call("card", "SetQRConfig", deviceID=FACES, config=config)
    assert client.call("card", "GetQRConfig", deviceID=FACES).config.useQRCode
    assert client.refused("card", "GetQRConfig", deviceID=CARDS)[0] is grpc.StatusCode.UNIMPLEMENTED


def test_logs_are_read_by_ranges_and_live(client: Client) -> None:
    client.gateway.fill_log(DESK, 10)
    events = client.call("event", "GetLog", deviceID=DESK, maxNumOfLog=4).events
    rest = client.call("event", "GetLog", deviceID=DESK, startEventID=events[-1].ID + 1).events
    assert (len(events), len(rest)) == (4, 6)

    client.call("event", "EnableMonitoring", deviceID=DESK)
    live = client.stream("event", "SubscribeRealtimeLog", queueSize=16, eventCodes=[0x1100])
    assert client.gateway.world.live.wait_read(5)
    client.gateway.fill_log(DESK, 1)
    client.gateway.fill_log(DESK, 1, code=0x1100)
    assert next(live).eventCode == 0x1100
    live.cancel()


def test_image_logs_pass_the_usual_limit(client: Client) -> None:
    client.gateway.fill_image_log(FACES, 3, 2_000_000)
    images = client.call("event", "GetImageLog", deviceID=FACES, maxNumOfLog=3).imageEvents
    assert sum(len(image.JPGImage) for image in images) == 6_000_000


def test_small_things_are_kept(client: Client) -> None:
    zone = client.at.apb_zone.ZoneInfo(zoneID=3, name="Lobby")
    client.call("apb_zone", "Add", deviceID=DESK, zones=[zone])
    client.call("operator", "Add", deviceID=DESK, operators=[{"userID": "1", "level": 1}])
    client.call("schedule", "Add", deviceID=DESK, schedules=[{"ID": 4, "name": "Office"}])
    client.call("time", "Set", deviceID=DESK, GMTTime=1_700_000_000)
    client.call("device", "SetHashKey", deviceID=DESK, hashKey=b"k" * 32)

    assert client.call("apb_zone", "Get", deviceID=DESK).zones == [zone]
    assert client.call("operator", "GetList", deviceID=DESK).operators[0].userID == "1"
    assert client.call("schedule", "GetList", deviceID=DESK).schedules[0].name == "Office"
    assert 0 <= client.call("time", "Get", deviceID=DESK).GMTTime - 1_700_000_000 < 100
    assert not client.call("device", "GetHashKey", deviceID=DESK).isDefault
