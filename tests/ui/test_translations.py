"""Every text can be translated: lupdate finds it in a context that exists at run time, and counts read well."""

import subprocess
import sysconfig
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.ui import application, words
from app.ui.frame import Footer
from tests.ui.conftest import Desk, until
from tests.ui.fakes import FakeOutbox, Setting

ROOT = Path(__file__).resolve().parents[2]
TRANSLATIONS = ROOT / "resources" / "translations"
TOOLS = Path(sysconfig.get_path("scripts"))
Texts = dict[tuple[str, str], bool]


def texts_in(file: Path) -> Texts:
    """(context, source) → whether it counts something."""
    found: Texts = {}
    for context in ET.parse(file).getroot().findall("context"):
        for message in context.findall("message"):
            place = (context.findtext("name") or "", message.findtext("source") or "")
            found[place] = message.get("numerus") == "yes"
    return found


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Texts:
    """Everything lupdate finds in the window's code."""
    file = tmp_path_factory.mktemp("texts") / "station.ts"
    sources = [str(path) for path in sorted((ROOT / "app" / "ui").rglob("*.py"))]
    command = [str(TOOLS / "pyside6-lupdate"), *sources, "-ts", str(file), "-locations", "none"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return texts_in(file)


def test_every_context_exists_at_run_time(found: Texts) -> None:
    classes_or_ours = {context for context, _source in found}
    lost = {name for name in classes_or_ours if not name.isidentifier() or name in ("parent", "page", "self")}
    assert lost == set()


def test_texts_are_not_put_together_before_translation(found: Texts) -> None:
    assert [source for _context, source in found if not source.strip()] == []
    assert len(found) > 300


def test_english_counts_are_complete_and_current(found: Texts, tmp_path: Path) -> None:
    wanted = {place for place, counts in found.items() if counts}
    assert set(texts_in(TRANSLATIONS / "station_en.ts")) == wanted
    made = tmp_path / "station_en.qm"
    command = [str(TOOLS / "pyside6-lrelease"), str(TRANSLATIONS / "station_en.ts"), "-qm", str(made)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert made.read_bytes() == (TRANSLATIONS / "station_en.qm").read_bytes()


async def test_one_and_many_read_well(app: QApplication, desk: Desk) -> None:
    installed = application.install_translators(app, "en")
    assert installed
    outbox = FakeOutbox(1)
    footer = desk.show(Footer(Setting(outbox=outbox).station(), desk.tasks, lambda: None), 600, 60)
    await until(lambda: footer.deliveries.text.text() == "1 delivery waiting for a device")
    outbox.waiting = 3
    footer.refresh()
    await until(lambda: footer.deliveries.text.text() == "3 deliveries waiting for a device")
    for translator in installed:
        app.removeTranslator(translator)


async def test_another_language_translates_qt_s_own_buttons(app: QApplication) -> None:
    installed = application.install_translators(app, "de")
    assert app.translate("QPlatformTheme", "Cancel") == "Abbrechen"
    assert words.initials("Ada Testperson") == "AT"
    for translator in installed:
        app.removeTranslator(translator)
