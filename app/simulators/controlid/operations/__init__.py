"""The terminal's commands, by name without `.fcgi`."""

from app.simulators.controlid.operations import enroll, images, objects, session, system, templates
from app.simulators.controlid.operations.operation import Answer, Operation

OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for module in (session, system, objects, enroll, images, templates)
    for operation in module.OPERATIONS
}

__all__ = ["OPERATIONS", "Answer", "Operation"]
