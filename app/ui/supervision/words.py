"""Questions, acts and findings of the journal in words."""

from app.domain.audit import AuditFault, AuditFinding, AuditReport
from app.domain.question import Question, Subject
from app.domain.records import JournalEntry
from app.ui.i18n import translate


def subject_name(subject: Subject) -> str:
    """What a question is about."""
    return {
        Subject.DUPLICATE: translate("supervision", "Enrolled already?"),
        Subject.EXCEPTION: translate("supervision", "Leave something out"),
        Subject.OVERRIDE: translate("supervision", "Another rule"),
    }[subject]


def consequence(question: Question, *, approve: bool) -> str:
    """What a decision leads to."""
    if not approve:
        return translate("supervision", "The clerk finds the answer when the draft is opened again. Nothing is saved.")
    if question.subject is Subject.DUPLICATE:
        return translate(
            "supervision", "The person may be saved as a different one. The clerk goes on where the draft was left."
        )
    return translate("supervision", "The clerk may go on without it when the draft is opened again.")


def details(entry: JournalEntry) -> str:
    """The facts of an act in one line."""
    return ", ".join(f"{name}: {value}" for name, value in entry.facts.items() if value)


def verdict(report: AuditReport) -> str:
    """Whether the journal holds."""
    if report.holds:
        told = translate("supervision", "The journal holds: {0} entries. Head {1}.")
        return told.format(report.entries, report.head.short)
    told = translate("supervision", "The journal does not hold: {0}. Export it, and tell whoever is responsible.")
    return told.format("; ".join(finding(each) for each in report.findings[:5]))


def finding(found: AuditFinding) -> str:
    """One thing that does not hold."""
    one = translate("supervision", "entry {0}").format(found.first)
    some = translate("supervision", "entries {0} to {1}").format(found.first, found.last)
    entries = one if found.first == found.last else some
    return {
        AuditFault.ALTERED: translate("supervision", "{0} altered"),
        AuditFault.RESTAMPED: translate("supervision", "{0} given another time"),
        AuditFault.REMOVED: translate("supervision", "{0} removed"),
        AuditFault.CUT: translate("supervision", "{0} cut off the end"),
        AuditFault.APPENDED: translate("supervision", "{0} put in by something else"),
        AuditFault.CLOCK_BACK: translate("supervision", "{0} written after the clock was set back"),
        AuditFault.CHECKPOINT_FORGED: translate("supervision", "a checkpoint is not signed by this station"),
        AuditFault.CHECKPOINTS_MISSING: translate("supervision", "checkpoints are missing"),
        AuditFault.HEAD_UNKNOWN: translate("supervision", "the note of the last entry is damaged"),
        AuditFault.FOREIGN_HEAD: translate("supervision", "the head is not of this journal"),
    }[found.fault].format(entries)
