"""Every act that any part of the program writes into the journal has its own words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import app
from app.domain.door import Outcome
from app.ui.supervision.acts import act_name, act_names

WRITERS = {"JournalEntry", "_tell", "_entry"}
"""What takes an act: the entry itself, and the functions that make one of their argument."""
NO_ACTS = {"clerk", "station"}


def test_every_act_that_is_written_has_words_of_its_own() -> None:
    written = {act for path in Path(app.__file__).parent.rglob("*.py") for act in _acts(path)}
    written |= {f"door-{outcome.value}" for outcome in Outcome}
    assert {"person-saved", "removal-failed", "operator-locked", "supervisor-decided", "erasure-done"} <= written
    assert {act for act in written if act_name(act) == act} == set()
    assert len(set(act_names().values())) == len(act_names()), "no two acts read the same"


def _acts(path: Path) -> Iterator[str]:
    """Texts that are handed to a writer, by themselves, by a constant's name or by a variable `action`."""
    text = path.read_text("utf-8")
    if "JournalEntry(" not in text:
        return
    tree = ast.parse(text)
    constants = dict(_constants(tree))
    for value in _handed(tree):
        for each in (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,):
            told = constants.get(each.id, "") if isinstance(each, ast.Name) else getattr(each, "value", "")
            if isinstance(told, str) and told.replace("-", "").isalpha() and told not in NO_ACTS:
                yield told


def _handed(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            yield from node.args[: 1 if name == "JournalEntry" else 3] if name in WRITERS else ()
        if isinstance(node, ast.Assign) and "action" in [getattr(each, "id", "") for each in node.targets]:
            yield node.value


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Texts a module gives names to, one by one or several at once."""
    for node in tree.body:
        if isinstance(node, ast.Assign):
            several = isinstance(node.value, ast.Tuple) and isinstance(node.targets[0], ast.Tuple)
            names = getattr(node.targets[0], "elts", ()) if several else node.targets
            values = getattr(node.value, "elts", ()) if several else [node.value]
            for name, value in zip(names, values, strict=False):
                yield getattr(name, "id", ""), str(getattr(value, "value", ""))
