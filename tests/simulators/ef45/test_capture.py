"""A capture from start to item: what the person is told, what the terminal keeps, whom it recognizes."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import cv2
import numpy as np
import pytest

from app.simulators.ef45 import Ef45Terminal, Phase, Presence
from app.simulators.ef45.capture import FACE_GOOD, IRIS_GOOD, Message, Moment, Plan, duration, moment
from app.simulators.people import people, person
from tests.simulators.ef45.bench import BOTH, Bench, Document, plain, wait_for

ALL = Plan(face=True, both_eyes=True)
EYES, FACES = (
    ("left_eye", "right_eye"),
    ("iris_off_face", "far_off_face", "far_on_face", "near_off_face", "near_on_face"),
)
EYE_MEMBERS = ("", "_usable_iris_area", "_quality_score", "_quality_ok", "_enrol_template", "_duplicate_uuid")
FACE_MEMBERS = (
    "", "_eye_width", "_feature_size", "_frontal_score", "_left_eye_x", "_right_eye_x", "_roll", "_score", "_LED_state",
    "_feature", "_duplicate_uuid",
)  # fmt: skip
ITEM = {
    *("encounter_id", "timestamp", "serial_number", "error_message"),
    *(f"{eye}{member}" for eye in EYES for member in EYE_MEMBERS),
    *(f"{face}{member}" for face in FACES for member in FACE_MEMBERS),
}


def course(plan: Plan, presence: Presence) -> list[Moment]:
    return [moment(plan, presence, step / 50) for step in range(round(duration(plan, presence) * 50) + 2)]


def phases(moments: list[Moment]) -> list[Phase]:
    found = [moments[0].phase]
    for before, after in pairwise(moments):
        if after.phase is not before.phase:
            found.append(after.phase)
    return found


def test_the_phases_follow_each_other() -> None:
    assert phases(course(ALL, Presence(person(2), glasses=False))) == [
        Phase.NOBODY, Phase.APPROACH, Phase.ALIGN, Phase.IRIS, Phase.TURN, Phase.FACE, Phase.DONE,
    ]  # fmt: skip


def test_a_full_capture_lasts_about_seven_seconds_and_recognition_half() -> None:
    assert 6 <= duration(ALL, Presence(person(2), glasses=False)) <= 8
    fast = Plan(face=True, both_eyes=True, recognition=True)
    assert duration(fast, Presence(person(2), glasses=False)) < 4


def test_iris_and_face_phases_end_at_good_distances() -> None:
    moments = course(ALL, Presence(person(2), glasses=False))
    iris = [now for now in moments if now.phase is Phase.IRIS]
    face = [now for now in moments if now.phase is Phase.FACE]
    assert all(IRIS_GOOD[0] <= now.distance <= IRIS_GOOD[1] and now.iris_phase for now in iris)
    assert all(FACE_GOOD[0] <= now.distance <= FACE_GOOD[1] and not now.iris_phase for now in face)


def test_the_distance_never_jumps() -> None:
    moments = [now for now in course(ALL, Presence(person(2), glasses=True)) if now.distance > 0]
    assert max(abs(after.distance - before.distance) for before, after in pairwise(moments)) < 15


@pytest.mark.parametrize(
    ("presence", "message"),
    [
        (Presence(person(1), glasses=False), Message.MOVE_UP),
        (Presence(person(2), glasses=False), Message.MOVE_DOWN),
        (Presence(person(2), glasses=True), Message.TAKE_GLASSES_OFF),
        (Presence(person(2), squints=True), Message.OPEN_EYES),
    ],
)
def test_each_person_is_told_what_they_need(presence: Presence, message: Message) -> None:
    assert message in {now.message for now in course(ALL, presence)}


@pytest.mark.parametrize("phase", [Phase.APPROACH, Phase.ALIGN, Phase.IRIS, Phase.FACE])
def test_who_holds_a_phase_never_gets_beyond(phase: Phase) -> None:
    assert moment(ALL, Presence(person(2), hold=phase), 1e6).phase is phase


def test_both_eyes_of_a_one_eyed_person_are_never_done_but_either_is() -> None:
    presence = Presence(person(2), only_eye="left")
    assert moment(ALL, presence, 1e6).phase is Phase.EYES
    assert moment(Plan(either_eye=True), presence, 1e6).phase is Phase.DONE


def test_only_the_wanted_phases_happen() -> None:
    presence = Presence(person(2), glasses=False)
    assert Phase.FACE not in phases(course(Plan(both_eyes=True), presence))
    assert Phase.IRIS not in phases(course(Plan(face=True), presence))
    assert all(not now.iris_phase for now in course(Plan(face=True), presence))


def test_a_finished_capture_leaves_one_item_with_all_members_and_stops(bench: Bench) -> None:
    bench.terminal.present(person(1))
    item = bench.capture()
    assert set(item) == ITEM
    assert item["serial_number"] == "EF45SIM00001"
    assert item["error_message"] == ""
    assert bench.terminal.state.phase is None
    assert len(bench.items()) == 1
    assert bench.ask("GET", "/preview").status_code == 204


def test_images_and_templates_are_what_the_capture_asked_for(bench: Bench) -> None:
    bench.terminal.present(person(1))
    item = bench.capture()
    assert picture(item["left_eye"]).shape == picture(item["right_eye"]).shape == (480, 640)
    assert picture(item["far_off_face"]).shape == picture(item["iris_off_face"]).shape == (640, 480, 3)
    assert picture(item["far_on_face"]).shape == (640, 480)
    assert item["near_off_face"] == item["near_on_face_feature"] == ""
    assert item["left_eye_quality_ok"] is True
    assert plain(item["left_eye_enrol_template"]) != plain(item["right_eye_enrol_template"])
    assert item["far_off_face_feature_size"] == len(plain(item["far_off_face_feature"]))


def picture(text: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    data = plain(text)
    assert data[:2] == b"BM"
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED), np.uint8)


def test_a_reply_with_all_faces_weighs_about_five_megabytes(bench: Bench) -> None:
    bench.terminal.present(person(1), glasses=True)
    bench.capture(both_eye_mode="true", face_mode="true", glasses_mode="true")
    size = len(bench.ask("GET", "/biometric-data/ver1").content)
    assert 4.5e6 < size < 6e6


def test_the_item_stays_until_it_is_deleted(bench: Bench) -> None:
    bench.terminal.present(person(1))
    encounter_id = bench.capture()["encounter_id"]
    assert bench.items()[0]["encounter_id"] == encounter_id
    assert bench.ask("DELETE", f"/biometric-data/{encounter_id}").status_code == 200
    assert bench.items() == []
    assert bench.ask("DELETE", f"/biometric-data/{encounter_id}").status_code == 404
    assert bench.ask("DELETE", "/biometric-data/all").status_code == 400


def test_nobody_there_means_nothing_happens_until_somebody_comes(bench: Bench) -> None:
    bench.set_mode("Slave")
    bench.start()
    assert bench.terminal.state.phase is Phase.NOBODY
    bench.terminal.present(person(3))
    assert wait_for(bench.items)


def test_who_leaves_has_to_begin_again(bench: Bench) -> None:
    bench.terminal.present(person(1), hold=Phase.FACE)
    bench.set_mode("Slave")
    bench.start()
    wait_for(lambda: bench.terminal.state.phase is Phase.FACE)
    bench.terminal.present(None)
    assert bench.terminal.state.phase is Phase.NOBODY
    assert bench.items() == []


def test_a_colored_lens_is_reported_and_gives_no_template(bench: Bench) -> None:
    bench.terminal.present(person(1), contact_lens=True)
    item = bench.capture()
    assert "lens" in item["error_message"]
    assert item["left_eye_enrol_template"] == ""
    assert item["left_eye_quality_ok"] is False


def test_poor_quality_shows_in_scores_flags_and_picture(bench: Bench) -> None:
    bench.terminal.present(person(1), quality=0.35)
    poor = bench.capture()
    assert poor["left_eye_quality_ok"] is False
    assert poor["left_eye_quality_score"] < 50
    bench.ask("DELETE", f"/biometric-data/{poor['encounter_id']}")
    bench.terminal.present(person(1))
    good = bench.capture()
    assert good["left_eye_quality_score"] > 80
    assert sharpness(good) > 2 * sharpness(poor)


def sharpness(item: Document) -> float:
    return float(np.asarray(cv2.Laplacian(picture(item["left_eye"]), cv2.CV_64F)).var())


def test_one_eye_is_enough_for_either_eye_mode(bench: Bench) -> None:
    bench.terminal.present(person(1), only_eye="right")
    item = bench.capture(either_eye_mode="true")
    assert item["left_eye"] == item["left_eye_enrol_template"] == ""
    assert plain(item["right_eye_enrol_template"])


def test_streaming_gives_larger_faces(bench: Bench) -> None:
    bench.terminal.present(person(1))
    item = bench.capture(face_mode="true", streaming_mode="true")
    assert picture(item["far_off_face"]).shape == (960, 720, 3)


def register(bench: Bench, item: Document, user_uuid: str) -> None:
    subject = {
        "user_uuid": user_uuid,
        "last_name": "Sample",
        "record_version": bench.get("/subjects/record-version")["record_version"],
        **{f"{eye}_template": item[f"{eye}_enrol_template"] for eye in EYES},
    }
    assert bench.ask("POST", "/subjects", subject).status_code == 201


def is_known(bench: Bench, item: Document) -> str:
    templates = {f"{eye}_template": item[f"{eye}_enrol_template"] for eye in EYES}
    answer: str = bench.ask("PUT", "/subjects/is-exist/template", templates).json()["duplicate_uuid"]
    return answer


def take(bench: Bench, number: int) -> Document:
    bench.terminal.present(person(number))
    item = bench.capture()
    bench.ask("DELETE", f"/biometric-data/{item['encounter_id']}")
    return item


def test_the_same_person_matches_and_others_do_not(bench: Bench) -> None:
    register(bench, take(bench, 1), "1")
    again, other = take(bench, 1), take(bench, 2)
    assert is_known(bench, again) == "1"
    assert again["left_eye_duplicate_uuid"] == again["right_eye_duplicate_uuid"] == "1"
    assert is_known(bench, other) == other["left_eye_duplicate_uuid"] == ""


def test_left_and_right_eyes_are_not_each_other(bench: Bench) -> None:
    item = take(bench, 1)
    register(bench, item, "1")
    swapped = {"left_eye_template": item["right_eye_enrol_template"]}
    assert bench.ask("PUT", "/subjects/is-exist/template", swapped).json() == {"duplicate_uuid": ""}


def test_without_deduplication_items_name_no_duplicates(bench: Bench) -> None:
    bench.terminal.store(person(1))
    bench.terminal.configure("launcher.device.bio.iris.deduplication", 0)
    assert take(bench, 1)["left_eye_duplicate_uuid"] == ""


def test_one_of_many_is_told_apart(terminal: Ef45Terminal) -> None:
    for who in people(150):
        terminal.store(who)
    assert [terminal.recognize(person(number)) for number in (2, 1)] == [person(2).user_uuid, person(1).user_uuid]
    assert terminal.recognize(person(151)) == ""


def test_a_recognition_leaves_match_data_and_a_log(bench: Bench) -> None:
    bench.terminal.store(person(1))
    bench.terminal.recognize(person(1))
    (match,) = bench.get("/match-data")["items"]
    assert match["uuid"] == person(1).user_uuid
    assert plain(match["left_eye_iris_template"])
    assert plain(match["iris_off_face"])[:3] == b"\xff\xd8\xff"
    log = bench.get(f"/logs/{match['log_id']}")
    assert (log["event_type"], log["additional_data"], log["info"]) == (
        "Recognition",
        "Allowed",
        "Recog/BioOnly/IrisOk",
    )
    assert bench.ask("DELETE", f"/match-data/{match['encounter_id']}").status_code == 200
    assert bench.get("/match-data")["items"] == []


SEQUENCE = "6c45cc76-6291-11e8-b384-503f98000288"


def start_match(bench: Bench, body: object = None) -> Document:
    path = f"/camera/control/start/matchtemplate/{SEQUENCE}"
    answer: Document = bench.ask("POST", path, body).json()
    return answer


def matched(bench: Bench) -> Document:
    return bench.first(lambda: bench.get("/match-data")["items"])


@pytest.mark.parametrize(("number", "same"), [(1, True), (2, False)])
def test_a_template_on_a_card_is_compared_with_the_next_capture(bench: Bench, number: int, same: bool) -> None:
    template = take(bench, 1)["left_eye_enrol_template"]
    assert start_match(bench, template)["success"] is False
    bench.set_mode("Recog")
    bench.terminal.present(person(number))
    assert start_match(bench, {"left_eye_template": template}) == {"success": True, "status": "Started"}
    result = matched(bench)
    assert result["encounter_id"] == SEQUENCE
    assert bool(result["uuid"]) is same


def test_without_a_body_the_last_capture_is_the_card(bench: Bench) -> None:
    bench.set_mode("Recog")
    assert start_match(bench) == {"success": False, "status": "No template to match"}
    take(bench, 1)
    bench.set_mode("Recog")
    assert start_match(bench)["success"]
    assert matched(bench)["uuid"]
    assert bench.items() == []


def test_timestamps_are_the_terminals_own(bench: Bench) -> None:
    bench.terminal.set_clock_error(-86400 * 400)
    bench.terminal.present(person(1))
    stamp = datetime.strptime(bench.capture(**BOTH)["timestamp"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(days=399) < datetime.now(UTC) - stamp < timedelta(days=401)
