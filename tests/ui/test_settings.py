"""The settings page: every mistake at its field, nothing saved that would not start, secrets never in the file."""

from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from app.config import Configuration, SecretResolver, load
from app.config.secrets import Keyring
from app.ui import theme
from app.ui.dialogs import Dialog
from app.ui.pages.settings import FIRST_GROUP, SettingsPage
from app.ui.preferences import Preferences
from app.ui.settings import labels
from app.ui.settings.groups import groups
from app.ui.settings.item_list import ItemList
from app.ui.settings.model_form import ModelForm
from app.ui.settings.secret_field import SecretField, StoreSecretDialog
from app.ui.settings.text_map import TextMap
from app.ui.supervisor import Supervisor, UnlockDialog
from app.ui.theme import Look
from app.ui.widgets.form import FileField
from tests.ui.conftest import Desk, until
from tests.ui.fakes import PASSCODE, Setting
from tests.ui.hands import click, press, write
from tests.ui.looking import cut, nameless

TEXT = """
[station]
id = "desk-1"
name = "Desk one"

[[devices]]
vendor = "ef45"
id = "iris-1"
label = "Door"
address = "http://192.168.1.50:9980"
"""

Open = Callable[..., SettingsPage]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config" / "station.toml"
    path.parent.mkdir()
    path.write_text(TEXT)
    return path


@pytest.fixture
def open_page(desk: Desk, preferences: Preferences, file: Path) -> Open:
    """Shows the page over a real file."""

    def make(passcode: str | None = None) -> SettingsPage:
        station = Setting(passcode=passcode).station()
        supervisor = Supervisor(station, desk.tasks, desk.tasks)
        page = desk.show(SettingsPage(station, desk.tasks, desk.messages, preferences, supervisor, file))
        page.entered()
        return page

    return make


def unsaved(page: SettingsPage) -> bool:
    return page.changed


def text_of(file: Path) -> str:
    return file.read_text()


def rewrite(file: Path, text: str) -> None:
    file.write_text(text)


async def the_form(desk: Desk, page: SettingsPage, title: str) -> ModelForm:
    await desk.idle()
    number = [group.title for group in page.groups].index(title)
    page.sections.setCurrentRow(number + FIRST_GROUP)
    return page.groups[number].make(Configuration(), desk.tasks)  # made already by choosing it


def line(form: ModelForm, name: str) -> QLineEdit:
    widget = form.inputs[name].widget
    assert isinstance(widget, QLineEdit)
    return widget


def devices(form: ModelForm) -> ItemList:
    part = form.inner["devices"]
    assert isinstance(part, ItemList)
    return part


async def test_a_change_is_saved_and_needs_a_restart(desk: Desk, open_page: Open, file: Path) -> None:
    page = open_page()
    form = await the_form(desk, page, "This desk")
    assert line(form, "name").text() == "Desk one"
    assert page.restart.isHidden()
    line(form, "name").setText("Desk two")
    assert unsaved(page)
    press(page, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    await desk.idle()
    saved = load(file)
    assert saved.station.name == "Desk two"
    assert saved.devices[0].id == "iris-1"
    assert page.restart.isVisible()
    assert not unsaved(page)
    assert not [path for path in file.parent.iterdir() if path != file]


async def test_every_mistake_is_shown_at_its_field_and_nothing_is_written(
    desk: Desk, open_page: Open, file: Path
) -> None:
    page = open_page()
    desk_form = await the_form(desk, page, "This desk")
    line(desk_form, "id").setText("not an id!")
    line(desk_form, "idle_lock_s").setText("soon")
    callbacks = await the_form(desk, page, "Callbacks")
    line(callbacks, "port").setText("70000")
    device_form = await the_form(desk, page, "Devices")
    item = devices(device_form).items[0]
    click(item.edit)
    line(item.form, "address").setText("nowhere")
    line(item.form, "preview_per_second").setText("0")
    click(page.save_button)
    await desk.idle()
    assert text_of(file) == TEXT
    assert "must begin with a letter" in desk_form.rows["id"].error.lower()
    assert desk_form.rows["idle_lock_s"].error == "Must be a whole number without quotes."
    assert callbacks.rows["port"].error == "Must be at most 65535."
    assert item.form.rows["address"].error.startswith("Must be an address such as")
    assert item.form.rows["preview_per_second"].error == "Must be at least 1."
    assert page.sections.currentRow() == FIRST_GROUP
    assert desk.told[-1].what == "The configuration has mistakes: 5."
    assert page.others.isHidden()
    line(desk_form, "id").setText("desk-1")
    line(desk_form, "idle_lock_s").setText("60")
    line(callbacks, "port").setText("8100")
    line(item.form, "address").setText("http://192.168.1.51")
    line(item.form, "preview_per_second").setText("25")
    click(page.save_button)
    await desk.idle()
    saved = load(file)
    assert (saved.station.idle_lock_s, saved.callbacks.port) == (60, 8100)
    assert getattr(saved.devices[0], "preview_per_second", None) == 25
    assert desk_form.rows["id"].error == ""


async def test_a_rare_field_with_a_mistake_is_unfolded(desk: Desk, open_page: Open) -> None:
    page = open_page()
    form = await the_form(desk, page, "Callbacks")
    heartbeat = line(form, "heartbeat_s")
    assert not heartbeat.isVisible()
    heartbeat.setText("1")
    click(page.save_button)
    await desk.idle()
    assert heartbeat.isVisible()
    assert form.rows["heartbeat_s"].error == "Must be at least 5."


async def test_devices_are_added_and_removed(desk: Desk, open_page: Open, file: Path) -> None:
    page = open_page()
    form = await the_form(desk, page, "Devices")
    entries = devices(form)
    adder = next(button for button in entries.findChildren(QPushButton) if "Add Control" in button.text())
    click(adder)
    new = entries.items[1]
    line(new.form, "id").setText("finger-1")
    line(new.form, "address").setText("http://192.168.1.60")
    click(page.save_button)
    await desk.idle()
    assert new.form.rows["password"].error == "Is required."
    field = new.form.inputs["password"].widget
    assert isinstance(field, SecretField)
    field.line.setText("env:FINGER_ONE")
    click(entries.items[0].remove)
    dialog = await desk.dialog(Dialog)
    click(dialog.yes)
    await desk.idle()
    click(page.save_button)
    await desk.idle()
    saved = load(file)
    assert [device.id for device in saved.devices] == ["finger-1"]
    assert "env:FINGER_ONE" in text_of(file)


async def test_a_file_that_is_missing_is_a_mistake_at_its_field(desk: Desk, open_page: Open, file: Path) -> None:
    page = open_page()
    form = await the_form(desk, page, "BioServer")
    chooser = form.inputs["ca_file"].widget
    assert isinstance(chooser, FileField)
    chooser.line.setText("nowhere.crt")
    click(page.save_button)
    await desk.idle()
    assert "does not exist" in form.rows["ca_file"].error
    (file.parent / "nowhere.crt").write_text("-")
    click(page.save_button)
    await desk.idle()
    assert load(file).bioserver.ca_file == "nowhere.crt"


async def test_consent_texts_are_edited_by_language(desk: Desk, open_page: Open, file: Path) -> None:
    page = open_page()
    form = await the_form(desk, page, "Consent and person")
    consent = form.inner["consent"]
    assert isinstance(consent, ModelForm)
    texts = consent.inner["texts"]
    assert isinstance(texts, TextMap)
    click(texts.add)
    texts.entries[-1].code.setText("Spanish")
    texts.entries[-1].text.setPlainText("Acepto.")
    click(page.save_button)
    await desk.idle()
    assert text_of(file) == TEXT
    assert desk.told[-1].code == "ES-600"
    texts.entries[-1].code.setText("es")
    click(page.save_button)
    await desk.idle()
    assert load(file).policy.consent.texts["es"] == "Acepto."


async def test_with_a_passcode_only_a_supervisor_saves(desk: Desk, open_page: Open, file: Path) -> None:
    page = open_page(passcode=PASSCODE)
    form = await the_form(desk, page, "This desk")
    line(form, "name").setText("Desk two")
    click(page.save_button)
    unlock = await desk.dialog(UnlockDialog)
    press(unlock, Qt.Key.Key_Escape)
    await desk.idle()
    assert text_of(file) == TEXT
    click(page.save_button)
    unlock = await desk.dialog(UnlockDialog)
    write(unlock.field, PASSCODE)
    click(unlock.yes)
    await desk.idle()
    assert load(file).station.name == "Desk two"


async def test_undo_reads_the_file_again(desk: Desk, open_page: Open) -> None:
    page = open_page()
    form = await the_form(desk, page, "This desk")
    line(form, "name").setText("Nonsense")
    click(page.revert_button)
    await desk.idle()
    form = await the_form(desk, page, "This desk")
    assert line(form, "name").text() == "Desk one"
    assert not unsaved(page)


async def test_closing_with_changes_asks(desk: Desk, open_page: Open) -> None:
    page = open_page()
    assert await page.finish()
    form = await the_form(desk, page, "This desk")
    line(form, "name").setText("Desk two")
    answers: list[bool] = []
    desk.tasks.start(page.finish(), done=answers.append)
    dialog = await desk.dialog(Dialog)
    click(dialog.no)
    await desk.idle()
    assert answers == [False]


async def test_a_broken_file_is_listed_and_not_overwritten(desk: Desk, open_page: Open, file: Path) -> None:
    rewrite(file, '[station]\nname = ""\nwrong_key = 1\n')
    page = open_page()
    await desk.idle()
    page.sections.setCurrentRow(FIRST_GROUP)
    assert page.stack.currentWidget() is page.broken
    assert "station.wrong_key" in page.broken.text.text()
    assert not page.foot.isVisible()
    page.save()
    assert "wrong_key" in text_of(file)


class MemoryKeyring:
    """Keeps passwords for the test."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service_name: str, username: str) -> str | None:
        return self.kept.get((service_name, username))

    def set_password(self, service_name: str, username: str, password: str) -> None:
        self.kept[service_name, username] = password


class BrokenKeyring(MemoryKeyring):
    """A keyring nobody unlocked."""

    def set_password(self, service_name: str, username: str, password: str) -> None:
        raise OSError("locked")


async def store(desk: Desk, keyring: Keyring, reference: str = "") -> SecretField:
    field = desk.show(SecretField(reference, desk.tasks, SecretResolver(keyring)), 500, 60)
    click(field.store)
    dialog = await desk.dialog(StoreSecretDialog)
    write(dialog.first, "s3cret")
    write(dialog.second, "other")
    click(dialog.yes)
    assert dialog.again.error == "The two are not the same."
    dialog.second.setText("s3cret")
    click(dialog.yes)
    await desk.idle()
    return field


async def test_a_secret_goes_to_the_keyring_and_only_its_name_stays(desk: Desk) -> None:
    keyring = MemoryKeyring()
    field = await store(desk, keyring, "keyring:enrollment-station/door")
    assert keyring.kept == {("enrollment-station", "door"): "s3cret"}
    assert field.line.text() == "keyring:enrollment-station/door"


async def test_a_locked_keyring_is_told_without_the_secret(desk: Desk) -> None:
    field = await store(desk, BrokenKeyring())
    assert field.line.text() == ""
    assert desk.told[-1].what == "The secret was not stored."
    assert "s3cret" not in desk.told[-1].text


async def test_look_and_text_size_take_effect_at_once(
    desk: Desk, open_page: Open, preferences: Preferences, app: QApplication
) -> None:
    page = open_page()
    before = app.font().pointSizeF()
    click(page.appearance.looks.button(list(Look).index(Look.DARK)))
    click(page.appearance.sizes.button(150))
    assert theme.colors().dark
    assert app.font().pointSizeF() == pytest.approx(before * 1.5)
    assert (preferences.look, preferences.percent) == (Look.DARK, 150)
    await desk.idle()


@pytest.mark.parametrize("percent", [100, 200])
async def test_every_group_fits_and_has_names(
    desk: Desk, open_page: Open, preferences: Preferences, app: QApplication, percent: int
) -> None:
    from app.ui import application

    preferences.percent = percent
    application.wear(app, preferences)
    page = open_page()
    page.resize(760 if percent == 100 else 1000, 560)
    await desk.idle()
    for row in range(page.sections.count()):
        page.sections.setCurrentRow(row)
        for form in page.findChildren(ModelForm):
            form.show_rare()
        await desk.idle()
        assert nameless(page) == []
        assert cut(page) == []


def every_field(kind: Any) -> set[str]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        names = {name for name, info in kind.model_fields.items() if not info.exclude}
        return names.union(*(every_field(info.annotation) for info in kind.model_fields.values()))
    return set().union(*(every_field(argument) for argument in get_args(kind)))


def test_every_key_has_a_label_and_a_group() -> None:
    sections = {"station", "gateway", "bioserver", "callbacks", "store", "policy"}
    elsewhere = {name for _section, name in labels.ELSEWHERE}
    shown = every_field(Configuration) - sections - elsewhere - {"vendor"}
    assert shown - set(labels.KEYS) == set()
    covered = {group.where[0] if group.where else "devices" for group in groups()}
    assert covered == set(Configuration.model_fields) - {"folder"}


def every_choice(kind: Any) -> set[str]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return set().union(*(every_choice(info.annotation) for info in kind.model_fields.values()))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {f"{kind.__name__}.{member.value}" for member in kind}
    return set().union(*(every_choice(argument) for argument in get_args(kind)))


def test_every_choice_has_a_label_of_its_own() -> None:
    offered = {each for each in every_choice(Configuration) if not each.startswith("Theme.")}
    assert offered == set(labels.VALUES)


async def test_every_row_of_the_list_is_as_high_as_the_others(desk: Desk, open_page: Open) -> None:
    page = open_page()
    await desk.idle()
    rows = [page.sections.item(number) for number in range(page.sections.count())]
    heights = {page.sections.visualItemRect(row).height() for row in rows if row is not None}
    assert len(heights) == 1
    assert heights.pop() >= page.sections.fontMetrics().height() + 12


async def test_what_is_untouched_is_equal_after_a_round(desk: Desk, open_page: Open, file: Path) -> None:
    page = open_page()
    before = load(file)
    for group in page.groups:
        await the_form(desk, page, group.title)
    assert not unsaved(page)
    click(page.save_button)
    await until(page.restart.isVisible)
    await desk.idle()
    assert load(file) == before
