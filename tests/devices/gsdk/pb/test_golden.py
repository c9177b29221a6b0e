"""The wire of every generation against bytes that the vendor's own files produced, in both directions."""

from collections.abc import Callable

import pytest
from google.protobuf.message import Message

from app.devices.gsdk.pb import Generation, Services, wire
from app.devices.gsdk.pb.c import face_pb2, server_pb2, user_pb2
from app.devices.gsdk.pb.common import auth_pb2, card_pb2, connect_pb2, device_type_pb2, err_pb2, finger_pb2, status_pb2

DEVICE = 939504224
CARD = bytes.fromhex("041d18ead35380").rjust(32, b"\0")
Make = Callable[[Services], Message]


def verify_card(at: Services) -> Message:
    verify = at.server.VerifyRequest(isCard=True, cardType=card_pb2.CARD_TYPE_CSN, cardData=CARD)
    kind = server_pb2.VERIFY_REQUEST
    return at.server.ServerRequest(reqType=kind, deviceID=DEVICE, seqNO=7, verifyReq=verify)


def verify_id(at: Services) -> Message:
    verify = at.server.VerifyRequest(userID="1000")
    kind = server_pb2.VERIFY_REQUEST
    return at.server.ServerRequest(reqType=kind, deviceID=DEVICE, seqNO=8, verifyReq=verify)


def identify(at: Services) -> Message:
    probe = at.server.IdentifyRequest(templateFormat=finger_pb2.TEMPLATE_FORMAT_ISO, templateData=bytes([1, 2, 3, 4]))
    kind = server_pb2.IDENTIFY_REQUEST
    return at.server.ServerRequest(reqType=kind, deviceID=DEVICE, seqNO=9, identifyReq=probe)


def global_apb(at: Services) -> Message:
    asked = at.server.GlobalAPBRequest(userIDs=["1000", "1001"])
    kind = server_pb2.GLOBAL_APB_REQUEST
    return at.server.ServerRequest(reqType=kind, deviceID=DEVICE, seqNO=10, globalAPBReq=asked)


def user_phrase(at: Services) -> Message:
    asked = at.server.UserPhraseRequest(userID="1000")
    kind = server_pb2.USER_PHRASE_REQUEST
    return at.server.ServerRequest(reqType=kind, deviceID=DEVICE, seqNO=11, userPhraseReq=asked)


def verified(at: Services) -> Message:
    card = at.card.CSNCardData(type=card_pb2.CARD_TYPE_CSN, size=32, data=CARD)
    user = at.user.UserInfo(hdr=at.user.UserHdr(ID="1000", numOfCard=1), cards=[card])
    return at.server.HandleVerifyRequest(deviceID=DEVICE, seqNO=7, user=user)


def not_verified(at: Services) -> Message:
    return at.server.HandleVerifyRequest(deviceID=DEVICE, seqNO=7, errCode=server_pb2.VERIFY_FAIL)


def nobody(at: Services) -> Message:
    return at.server.HandleIdentifyRequest(deviceID=DEVICE, seqNO=9, errCode=server_pb2.CANNOT_FIND_USER)


def identified(at: Services) -> Message:
    finger = at.finger.FingerData(templates=[bytes([1, 2, 3, 4])] * 2)
    user = at.user.UserInfo(hdr=at.user.UserHdr(ID="1000", numOfFinger=1), fingers=[finger])
    return at.server.HandleIdentifyRequest(deviceID=DEVICE, seqNO=9, user=user)


def soft_violation(at: Services) -> Message:
    code = server_pb2.SOFT_APB_VIOLATION
    return at.server.HandleGlobalAPBRequest(deviceID=DEVICE, seqNO=10, errCode=code, zoneID=3)


def phrase(at: Services) -> Message:
    return at.server.HandleUserPhraseRequest(deviceID=DEVICE, seqNO=11, userPhrase="Hi")


def header(at: Services) -> Message:
    return at.user.UserHdr(ID="1000", numOfCard=1, numOfFinger=2, numOfFace=3)


def undefined_modes(at: Services) -> Message:
    plain = at.user.UserSetting(biometricAuthMode=255, cardAuthMode=255, IDAuthMode=255)
    plain.MergeFrom(
        at.user.UserSetting(faceAuthExtMode=255, fingerAuthExtMode=255, cardAuthExtMode=255, IDAuthExtMode=255)
    )
    return plain


def face(at: Services) -> Message:
    flag = face_pb2.BS2_FACE_FLAG_EX
    seen = at.face.FaceData(flag=flag, templates=[b"\1"], imageData=b"\2")
    seen.MergeFrom(at.face.FaceData(irTemplates=[b"\3"], irImageData=b"\4"))
    return seen


def authentication(at: Services) -> Message:
    schedule = at.auth.AuthSchedule(mode=auth_pb2.AUTH_MODE_CARD_ONLY, scheduleID=1)
    return at.auth.AuthConfig(authSchedules=[schedule], useServerMatching=True, matchTimeout=5, authTimeout=10)


def display(at: Services) -> Message:
    return at.display.DisplayConfig(useUserPhrase=True, queryUserPhrase=True)


def status_change(at: Services) -> Message:
    return at.connect.StatusChange(deviceID=DEVICE, status=connect_pb2.TLS_CONNECTED, timestamp=1700000000)


def event(at: Services) -> Message:
    return at.event.EventLog(ID=5, timestamp=1700000000, deviceID=DEVICE, userID="1000", eventCode=0x1000, subCode=6)


def capability(at: Services) -> Message:
    return at.device.CapabilityInfo(
        type=device_type_pb2.BIOSTATION_3, cardSupported=True, userPhraseSupported=True, alphanumericIDSupported=True
    )


def limits(at: Services) -> Message:
    return at.device.DeviceCapability(maxUsers=1000, extendedAuthSupported=True, cardInputSupported=True)


CARD_HEX = "041d18ead35380"
ZEROS = "00" * 25
GOLDEN: list[tuple[Make, dict[str, str]]] = [
    (verify_card, {"abc": f"080110e0e4febf0318072226080110011a20{ZEROS}{CARD_HEX}"}),
    (verify_id, {"abc": "080110e0e4febf0318082206220431303030"}),
    (identify, {"abc": "080210e0e4febf0318092a080801120401020304"}),
    (global_apb, {"abc": "080310e0e4febf03180a320c0a04313030300a0431303031"}),
    (user_phrase, {"abc": "080410e0e4febf03180b3a060a0431303030"}),
    (
        verified,
        {
            "a": f"08e0e4febf03100722320a080a043130303010012226080110201a20{ZEROS}{CARD_HEX}",
            "bc": f"08e0e4febf03100722320a080a043130303018012226080110201a20{ZEROS}{CARD_HEX}",
        },
    ),
    (not_verified, {"abc": "08e0e4febf03100718d3fdffffffffffffff01"}),
    (nobody, {"abc": "08e0e4febf03100918b6faffffffffffffff01"}),
    (
        identified,
        {
            "a": "08e0e4febf03100922180a080a043130303018012a0c1a04010203041a0401020304",
            "bc": "08e0e4febf03100922180a080a043130303020012a0c1a04010203041a0401020304",
        },
    ),
    (soft_violation, {"abc": "08e0e4febf03100a18cdf6ffffffffffffff012003"}),
    (phrase, {"abc": "08e0e4febf03100b22024869"}),
    (header, {"a": "0a0431303030100118022003", "bc": "0a0431303030180120022803"}),
    (undefined_modes, {"abc": "18ff0120ff0128ff0138ff0140ff0148ff0150ff01"}),
    (face, {"a": "1080021a01012a01023a01034a0104", "bc": "1080021a01012201022a0103320104"}),
    (authentication, {"abc": "0a040802100138014805500a"}),
    (display, {"abc": "60016801"}),
    (status_change, {"abc": "08e0e4febf0310021880e2cfaa06"}),
    (event, {"abc": "08051080e2cfaa0618e0e4febf032204313030303080203806"}),
    (capability, {"ab": "0823200160016801", "c": "0823200158016001"}),
    (limits, {"a": "08e807b00201b80201", "bc": "08e807e00201e80201"}),
]
EVERY = [
    pytest.param(make, generation, wanted, id=f"{make.__name__}-{generation.name}")
    for make, by_generation in GOLDEN
    for generations, wanted in by_generation.items()
    for generation in Generation
    if generation.value in generations
]


@pytest.mark.parametrize(("make", "generation", "wanted"), EVERY)
def test_a_message_is_written_as_the_vendor_writes_it_and_read_back(
    make: Make, generation: Generation, wanted: str
) -> None:
    written = make(wire(generation))

    assert written.SerializeToString(deterministic=True).hex() == wanted
    assert type(written).FromString(bytes.fromhex(wanted)) == written


def test_errors_of_several_devices_are_found_in_the_details_of_a_failed_call() -> None:
    told = bytes.fromhex(
        "080d12056d756c74691a420a2f747970652e676f6f676c65617069732e636f6d2f6773646b2e6572722e4d756c74694572726f72526573"
        "706f6e7365120f0a0d08e0e4febf0310061a03647570"
    )

    status = status_pb2.Status.FromString(told)
    (detail,) = status.details
    (error,) = err_pb2.MultiErrorResponse.FromString(detail.value).deviceErrors

    assert (status.code, status.message) == (13, "multi")
    assert detail.type_url.endswith("/gsdk.err.MultiErrorResponse")
    assert (error.deviceID, error.code, error.msg) == (DEVICE, 6, "dup")


def test_what_a_newer_gateway_added_survives_read_change_and_write() -> None:
    newer = bytes.fromhex("0a0408021001") + bytes.fromhex("a00601")  # field 100, unknown here

    config = auth_pb2.AuthConfig.FromString(newer)
    config.useServerMatching = True

    assert config.SerializeToString().hex() == "0a04080210013801" + "a00601"


def test_numbers_outside_an_enumeration_survive() -> None:
    wiegand_slot = server_pb2.VerifyRequest.FromString(bytes.fromhex("0801102a"))

    assert wiegand_slot.cardType == 0x2A
    assert wiegand_slot.SerializeToString().hex() == "0801102a"


def test_a_user_of_one_generation_reads_falsely_in_another_and_so_it_must_be_known() -> None:
    old = wire(Generation.A).user.UserHdr(ID="1000", numOfCard=1, numOfFinger=2).SerializeToString()

    assert user_pb2.UserHdr.FromString(old).userFlag == 1
    assert user_pb2.UserHdr.FromString(old).numOfCard == 2
