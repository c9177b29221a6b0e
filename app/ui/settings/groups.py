"""How the configuration is laid out on the settings page: a few groups instead of a wall of fields."""

from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from app.config import Configuration, Policy
from app.ui.i18n import QT_TRANSLATE_NOOP, translate
from app.ui.settings.model_form import Location, ModelForm
from app.ui.tasks import Tasks


@dataclass
class Group:
    """One entry of the list: fields of one section (all, or those named). Its form is made when it is first shown."""

    title: str
    note: str
    where: tuple[str, ...]
    names: frozenset[str] | None = None
    form: ModelForm | None = field(default=None, init=False)

    @property
    def shown_title(self) -> str:
        """The title in the reader's language."""
        return translate("config", self.title)

    @property
    def shown_note(self) -> str:
        """The remark in the reader's language."""
        return translate("config", self.note)

    def section(self, configuration: Configuration) -> BaseModel:
        """The section it edits."""
        found: BaseModel = configuration
        for name in self.where:
            found = getattr(found, name)
        return found

    def make(self, configuration: Configuration, tasks: Tasks) -> ModelForm:
        """Its form, made once."""
        if self.form is None:
            where: Location = self.where
            self.form = ModelForm(self.section(configuration), where, tasks, self.names)
            self.form.appear()
        return self.form

    def concerns(self, key: str) -> bool:
        """Whether a complaint with this key belongs here."""
        if self.names is None:
            return key.startswith(f"{'.'.join(self.where)}.")
        prefixes = [".".join((*self.where, name)) for name in self.names]
        return any(key == one or key.startswith((f"{one}.", f"{one}[")) for one in prefixes)


def groups() -> list[Group]:
    """The groups in the order shown; policy fields that no group names are with the decisions."""
    person = frozenset({"consent", "person_fields", "person_id_pattern", "person_id_hint"})
    capture = frozenset({"iris", "face", "finger", "card"})
    kept = frozenset({"retention"})
    rest = frozenset(Policy.model_fields) - person - capture - kept
    return [
        Group(
            QT_TRANSLATE_NOOP("config", "This desk"),
            QT_TRANSLATE_NOOP("config", "Name, language and behavior of this station."),
            ("station",),
        ),
        Group(
            QT_TRANSLATE_NOOP("config", "Devices"),
            QT_TRANSLATE_NOOP("config", "The terminals this station captures with and delivers to."),
            (),
            frozenset({"devices"}),
        ),
        Group(
            QT_TRANSLATE_NOOP("config", "Consent and person"),
            QT_TRANSLATE_NOOP("config", "What is asked before anything is captured."),
            ("policy",),
            person,
        ),
        Group(
            QT_TRANSLATE_NOOP("config", "Quality and tries"),
            QT_TRANSLATE_NOOP("config", "What a sample must reach, and how often a person may try."),
            ("policy",),
            capture,
        ),
        Group(
            QT_TRANSLATE_NOOP("config", "Decisions"),
            QT_TRANSLATE_NOOP("config", "Duplicates, thresholds and who may decide."),
            ("policy",),
            rest,
        ),
        Group(
            QT_TRANSLATE_NOOP("config", "Retention"),
            QT_TRANSLATE_NOOP("config", "How long people, drafts and evidence are kept."),
            ("policy",),
            kept,
        ),
        Group(
            QT_TRANSLATE_NOOP("config", "Store"),
            QT_TRANSLATE_NOOP("config", "Where the encrypted data lie, and their backups."),
            ("store",),
        ),
        Group(
            QT_TRANSLATE_NOOP("config", "Callbacks"),
            QT_TRANSLATE_NOOP("config", "Where terminals send what they captured."),
            ("callbacks",),
        ),
        Group(
            QT_TRANSLATE_NOOP("config", "Suprema gateway"),
            QT_TRANSLATE_NOOP("config", "The gateway in front of Suprema devices."),
            ("gateway",),
        ),
        Group(
            QT_TRANSLATE_NOOP("config", "BioServer"),
            QT_TRANSLATE_NOOP("config", "The service that compares a selfie with a document."),
            ("bioserver",),
        ),
    ]


def draft_of(loaded: Configuration, made: list[Group]) -> Configuration:
    """The configuration as it stands in all forms; not validated."""
    top: dict[str, Any] = {name: getattr(loaded, name) for name in Configuration.model_fields}
    changed: dict[str, dict[str, Any]] = {}
    for group in made:
        if group.form is None:
            continue
        if group.where:
            changed.setdefault(group.where[0], {}).update(group.form.parts())
        else:
            top.update(group.form.parts())
    for name, parts in changed.items():
        section = top[name]
        kept = {key: getattr(section, key) for key in type(section).model_fields}
        top[name] = type(section).model_construct(**(kept | parts))
    return Configuration.model_construct(**top)
