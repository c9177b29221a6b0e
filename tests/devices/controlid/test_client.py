"""The client over a simulated terminal: session, rights, configuration, objects, pictures, lost answers."""

import asyncio

import pytest

from app.devices.controlid.client import ControlIdClient
from app.devices.controlid.codec import CardRow, Kind, Order, TemplateRow, User
from app.devices.controlid.replies import Call
from app.devices.controlid.transport import base_url, url_of
from app.domain.errors import (
    DuplicateFound,
    InvalidInput,
    MissingRights,
    NotCapable,
    OutcomeUnknown,
    ProtocolError,
    RemoteRefused,
    WrongCredential,
)
from app.simulators.controlid import ControlIdTerminal, Mischief
from app.simulators.controlid.faces import photo
from app.simulators.faults import Fault
from app.simulators.faults import Kind as FaultKind
from app.simulators.people import person


def logins(terminal: ControlIdTerminal) -> int:
    return sum(seen.command in {"login", "hidlogin"} for seen in terminal.requests)


def test_the_session_goes_in_the_query_percent_encoded() -> None:
    call = Call("user_get_image", query=(("user_id", "7"),))
    expected = "http://h:80/user_get_image.fcgi?session=a%2Fb%2Bc%3D%3D&user_id=7"
    assert url_of(base_url("h"), call, "a/b+c==") == expected


@pytest.mark.parametrize("address", ["", "ftp://h", "http://user@h", "h/path", "h:port", "two words"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(InvalidInput):
        base_url(address)


@pytest.mark.parametrize(
    ("address", "url"),
    [("192.0.2.7", "http://192.0.2.7:80"), ("https://h", "https://h:443"), ("h:8080", "http://h:8080")],
)
def test_addresses(address: str, url: str) -> None:
    assert base_url(address) == url


async def test_a_dead_session_is_renewed_once(terminal: ControlIdTerminal, client: ControlIdClient) -> None:
    first = await client.system_information()
    terminal.expire_sessions()
    assert await client.system_information() == first
    assert logins(terminal) == 2
    assert first.device_id == terminal.make.device_id
    assert first.serial == terminal.make.serial


async def test_many_calls_at_once_renew_a_dead_session_once(
    terminal: ControlIdTerminal, client: ControlIdClient
) -> None:
    await client.system_information()
    terminal.expire_sessions()
    await asyncio.gather(*(client.system_information() for _ in range(5)))
    assert logins(terminal) == 2


async def test_a_session_that_always_dies_ends(terminal: ControlIdTerminal, client: ControlIdClient) -> None:
    terminal.faults.add(Fault(Mischief.SESSION_DIES, "system_information", times=None))
    with pytest.raises(WrongCredential):
        await client.system_information()
    assert logins(terminal) == 2


async def test_missing_rights_are_no_reason_to_log_in_again(
    terminal: ControlIdTerminal, client: ControlIdClient
) -> None:
    terminal.vary(factory_credentials=True)
    with pytest.raises(MissingRights):
        await client.set_configuration({"monitor": {"port": "1"}})
    assert logins(terminal) == 1
    assert client.access.factory_credentials


async def test_a_rebadged_reader_has_another_login(terminal: ControlIdTerminal, client: ControlIdClient) -> None:
    terminal.vary(rebadged=True)
    assert (await client.system_information()).serial


async def test_signing_out_ends_the_session(terminal: ControlIdTerminal, client: ControlIdClient) -> None:
    await client.access.sign_in()
    assert await client.access.is_valid()
    await client.access.sign_out()
    assert terminal.state.sessions == 0
    assert not await client.access.is_valid()


async def test_configuration_is_texts_read_per_module(terminal: ControlIdTerminal, client: ControlIdClient) -> None:
    await client.set_configuration({"monitor": {"hostname": "192.0.2.1", "port": "8098"}})
    found = await client.get_configuration({"monitor": ("hostname", "port", "unheard-of"), "general": ("online",)})
    assert found == {"monitor": {"hostname": "192.0.2.1", "port": "8098"}, "general": {"online": "0"}}
    with pytest.raises(InvalidInput):
        await client.set_configuration({"monitor": {"port": 8098}})  # type: ignore[dict-item]
    with pytest.raises(RemoteRefused):
        await client.get_configuration({"no_such_module": ("key",)})


@pytest.mark.parametrize("under_data", [False, True])
async def test_objects_are_made_changed_and_removed(
    terminal: ControlIdTerminal, client: ControlIdClient, under_data: bool
) -> None:
    terminal.vary(rows_under_data=under_data, nothing_is_object=True)
    big = 122641794705028910
    assert await client.create_objects("users", [User(7, "doc", "Ann").write()]) == [7]
    await client.create_objects("cards", [CardRow(7, big).write()])
    assert (await client.load_objects("cards", CardRow.read))[0].value == big
    with pytest.raises(DuplicateFound):
        await client.create_objects("users", [User(7, "doc", "Ann").write()])
    mine = {"users": {"id": 7}}
    assert await client.modify_objects("users", {"name": "Bea"}, mine) == 1
    assert await client.load_objects("users", User.read, mine) == [User(7, "doc", "Bea")]
    assert await client.destroy_objects("users", mine) == 1
    assert await client.load_objects("users", User.read) == []


@pytest.mark.parametrize("where", [{}, {"users": {}}, {"users": 7}])
async def test_nothing_is_destroyed_without_a_filter(
    terminal: ControlIdTerminal, client: ControlIdClient, where: dict[str, object]
) -> None:
    terminal.store(person(1))
    with pytest.raises(InvalidInput):
        await client.destroy_objects("users", where)
    assert len(terminal.state.tables["users"]) == 1


async def test_long_lists_come_page_by_page(
    terminal: ControlIdTerminal, client: ControlIdClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.devices.controlid.client.PAGE", 2)
    await client.create_objects("users", [User(number, "", "").write() for number in range(1, 6)])
    assert [user.user_id for user in await client.load_objects("users", User.read)] == [1, 2, 3, 4, 5]
    assert await client.count_objects("users") == 5


async def test_pictures_of_users(terminal: ControlIdTerminal, client: ControlIdClient) -> None:
    terminal.store(person(1))
    user, image = int(person(1).user_uuid), photo(person(1), (480, 640))
    assert await client.user_image(user) == b""
    assert (await client.test_user_image(image)).success
    assert (await client.set_user_image(user, image, 1_700_000_000, match=True)).success
    assert await client.user_image(user) == image
    assert await client.users_with_image() == [user]
    assert await client.user_images([user, 4]) == {user: image}
    other = terminal.store(person(2))
    verdict = await client.set_user_image(other, image, 1_700_000_000, match=True)
    assert (verdict.codes, verdict.match_user) == ((3,), user)
    listed = await client.set_user_images({other: photo(person(2), (480, 640))}, 1_700_000_000, match=False)
    assert listed[other].success
    assert not (await client.test_user_image(b"nothing")).success
    await client.destroy_user_image(user)
    assert await client.user_image(user) == b""


async def test_templates_are_extracted_compared_and_stored(
    terminal: ControlIdTerminal, client: ControlIdClient
) -> None:
    from app.simulators.controlid import prints

    user = terminal.store(person(1))
    presses = [prints.press(1, 2, touch, (260, 320)) for touch in (1, 2, 3)]
    found = [await client.template_extract(each.picture.tobytes(), 260, 320) for each in presses]
    assert all(each.quality > 50 for each in found)
    templates = [each.template for each in found]
    await client.template_match(templates)
    await client.template_create(user, templates)
    rows = await client.load_objects("templates", TemplateRow.read)
    assert [row.user_id for row in rows] == [user]
    assert await client.is_valid_biometry(rows[0].template)
    assert not await client.is_valid_biometry(b"nothing")
    with pytest.raises(DuplicateFound):
        await client.template_match(templates)
    with pytest.raises(InvalidInput):
        await client.template_create(user, [])


async def test_a_message_to_the_screen(terminal: ControlIdTerminal, client: ControlIdClient) -> None:
    await client.message_to_screen("Please wait")
    assert terminal.state.screen == "Please wait"


async def test_a_lost_answer_leaves_the_outcome_open_and_nothing_is_repeated(
    terminal: ControlIdTerminal, client: ControlIdClient
) -> None:
    terminal.present(person(3))
    await client.access.sign_in()
    terminal.faults.add(Fault(FaultKind.CUT, "remote_enroll"))
    with pytest.raises(OutcomeUnknown):
        await client.remote_enroll(Order(Kind.CARD, 7))
    assert sum(seen.command == "remote_enroll" for seen in terminal.requests) == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(FaultKind.HTML), RemoteRefused),
        (Fault(FaultKind.GARBAGE), ProtocolError),
        (Fault(FaultKind.EMPTY), ProtocolError),
        (Fault(FaultKind.WRONG_TYPE), ProtocolError),
        (Fault(FaultKind.REFUSE, status=404), NotCapable),
        (Fault(FaultKind.REFUSE, status=400, body='{"error":"Invalid command: x"}'), NotCapable),
        (Fault(FaultKind.REFUSE, status=200, body='{"error":"text","code":3}'), RemoteRefused),
        (Fault(FaultKind.REFUSE, status=302), ProtocolError),
        (Fault(FaultKind.REFUSE, status=401, body='{"error":"Invalid access level for command x"}'), MissingRights),
        (Fault(FaultKind.REFUSE, status=401, body='{"error":"Invalid login or password"}'), WrongCredential),
    ],
)
async def test_every_envelope_of_an_error(
    terminal: ControlIdTerminal, client: ControlIdClient, fault: Fault, error: type[Exception]
) -> None:
    await client.access.sign_in()
    terminal.faults.add(fault)
    with pytest.raises(error):
        await client.system_information()


async def test_an_enrollment_is_shown_by_its_state_and_ends_by_cancel(
    terminal: ControlIdTerminal, client: ControlIdClient
) -> None:
    terminal.present(None)
    terminal.present(person(3), waits=True)
    assert await client.remote_enroll(Order(Kind.FINGER, 7, sync=False)) is None
    while not (state := await client.enroller_state(finger=True)).press:  # noqa: ASYNC110 - a simulator's thread
        await asyncio.sleep(0.01)
    assert state.press == 1
    await client.cancel_remote_enroll()
    ended = await client.enroller_state(finger=True)
    assert (ended.idle, ended.last_enroll, ended.last_error) == (True, False, "UNKNOWN")
    await client.cancel_remote_enroll()
