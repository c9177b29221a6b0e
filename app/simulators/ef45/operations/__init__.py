"""The 62 operations of the EF-45 document, in the order their addresses must be tried."""

from app.simulators.ef45.operations import (
    biometric,
    camera,
    config,
    control,
    faces,
    firmware,
    lock,
    logs,
    subjects,
    users,
)
from app.simulators.ef45.operations.operation import Machine, Mischief, Operation

DOCUMENTED: tuple[Operation, ...] = (
    *lock.OPERATIONS,
    *camera.OPERATIONS,
    *biometric.OPERATIONS,
    *subjects.OPERATIONS,
    *users.OPERATIONS,
    *faces.OPERATIONS,
    *config.OPERATIONS,
    *logs.OPERATIONS,
    *firmware.OPERATIONS,
    *control.OPERATIONS,
)
OPERATIONS: tuple[Operation, ...] = (*DOCUMENTED, *faces.OLDER)

__all__ = ["DOCUMENTED", "OPERATIONS", "Machine", "Mischief", "Operation"]
