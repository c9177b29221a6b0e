"""Schema changes, oldest first; a new one is a module here and a line in REVISIONS.

They are ordinary modules, listed by name, so that they run the same from a source tree, a wheel and a frozen program.
Alembic does the work; all of them together are one transaction.
"""

from collections.abc import Iterable
from types import ModuleType

from sqlalchemy import Connection

from app.store.migrations import (
    r0001_store,
    r0002_evidence,
    r0003_audit,
    r0004_questions,
    r0005_passages,
    r0006_operators,
    r0007_deliveries,
    r0008_erased,
)

REVISIONS: tuple[ModuleType, ...] = (
    r0001_store,
    r0002_evidence,
    r0003_audit,
    r0004_questions,
    r0005_passages,
    r0006_operators,
    r0007_deliveries,
    r0008_erased,
)
HEAD: str = REVISIONS[-1].revision
KNOWN = frozenset(module.revision for module in REVISIONS)


def upgrade(connection: Connection) -> None:
    """Bring the schema to HEAD, within the caller's transaction."""
    # Alembic is imported only when there is something to do: an ordinary start does not wait for it
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext, MigrationStep
    from alembic.script import Script
    from alembic.script.revision import RevisionMap

    scripts = [Script(module, module.revision, module.__name__) for module in REVISIONS]
    revisions = RevisionMap(lambda: scripts)

    def steps(heads: tuple[str, ...], _context: object) -> Iterable[MigrationStep]:
        missing = list(revisions.iterate_revisions(HEAD, heads, implicit_base=True))
        by_name = {script.revision: script for script in scripts}
        return [MigrationStep.upgrade_from_script(revisions, by_name[one.revision]) for one in reversed(missing)]

    context = MigrationContext.configure(connection, opts={"fn": steps})
    with Operations.context(context):
        context.run_migrations()
