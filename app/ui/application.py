"""The QApplication: display, language, look, and what happens to an exception that nobody caught."""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, Qt, QTranslator, Signal
from PySide6.QtWidgets import QApplication

from app import logs, paths
from app.ui import icons, theme
from app.ui.messages import MessageService
from app.ui.preferences import Preferences

NAME = "Enrollment Station"


def display_problem(environment: Mapping[str, str] = os.environ, system: str = sys.platform) -> str:
    """A sentence for the terminal when there is nothing to draw on, else empty. Ask before `create`: Qt aborts."""
    if system != "linux" or environment.get("QT_QPA_PLATFORM"):
        return ""
    if environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"):
        return ""
    return (
        "There is no display to show the window on: neither DISPLAY nor WAYLAND_DISPLAY is set.\n"
        "Nothing was changed. Start the station from a desktop session, or use a command that needs no window"
        " (enrollment-station --help)."
    )


def create(arguments: Sequence[str], preferences: Preferences, language: str = "auto") -> QApplication:
    """The one QApplication with language, font and look; it does not quit when the last window closes."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(list(arguments))
    app.setApplicationName("enrollment-station")
    app.setApplicationDisplayName(NAME)
    app.setQuitOnLastWindowClosed(False)
    install_translators(app, language)
    app.setWindowIcon(icons.icon("enroll", theme.resolve(preferences.look).accent))
    wear(app, preferences)
    follow_desktop(app, preferences)
    return app


def dress_start(preferences: Preferences) -> None:
    """Look and text size for what is shown before the configuration is read; `create` follows."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    install_translators(app)
    wear(app, preferences)


def wear(app: QApplication, preferences: Preferences) -> None:
    """Put the chosen look and text size on; call again after a change."""
    theme.apply(app, preferences.look, preferences.percent)
    icons.refresh(app)


def follow_desktop(app: QApplication, preferences: Preferences) -> None:
    """Change with the desktop between light and dark while the look is "system"."""

    def changed(_scheme: Qt.ColorScheme) -> None:
        if preferences.look is theme.Look.SYSTEM:
            wear(app, preferences)

    app.styleHints().colorSchemeChanged.connect(changed)


def install_translators(app: QApplication, language: str = "auto") -> list[QTranslator]:
    """Qt's own texts and ours; English too, for its plurals. What has no translation stays English."""
    locale = QLocale.system() if language == "auto" else QLocale(language)
    folders = (
        ("qtbase", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
        ("station", str(paths.resource("translations"))),
    )
    installed = []
    for chosen in (QLocale(QLocale.Language.English), locale):
        for name, folder in folders:
            translator = QTranslator(app)
            if translator.load(chosen, name, "_", folder):
                app.installTranslator(translator)
                installed.append(translator)
    app.setLayoutDirection(locale.textDirection())
    return installed


class _Crashes(QObject):
    """Carries an exception from any thread to the main one."""

    happened = Signal(object)


def install_hooks(messages: MessageService, loop: asyncio.AbstractEventLoop) -> None:
    """Whatever nobody caught, in any thread or task, is logged and told calmly; the program goes on."""
    crashes = _Crashes(messages)
    crashes.happened.connect(messages.error, Qt.ConnectionType.QueuedConnection)
    logs.hook_crashes(crashes.happened.emit)
    logs.hook_loop(loop, crashes.happened.emit)
