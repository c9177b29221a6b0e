"""Refusals as the gateway words them, and the details that name the device that failed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import grpc

from app.devices.gsdk.pb.common import err_pb2, status_pb2

DETAILS_KEY: Final = "grpc-status-details-bin"
_MULTI_ERROR: Final = "type.googleapis.com/gsdk.err.MultiErrorResponse"


@dataclass
class Refused(Exception):
    """The call fails with a gRPC code; `devices` tells, for a Multi call, which devices failed."""

    code: grpc.StatusCode
    text: str
    devices: tuple["DeviceFailure", ...] = field(default=())


@dataclass(frozen=True)
class DeviceFailure:
    """What became of one device in a Multi call; `code` is a gRPC code."""

    device_id: int
    code: int
    text: str


def invalid(text: str) -> Refused:
    return Refused(grpc.StatusCode.INVALID_ARGUMENT, text)


def missing(text: str) -> Refused:
    return Refused(grpc.StatusCode.NOT_FOUND, text)


def unable(text: str) -> Refused:
    return Refused(grpc.StatusCode.UNIMPLEMENTED, text)


def failed(text: str) -> Refused:
    """What a device refuses; BioStar's error numbers stand in the text."""
    return Refused(grpc.StatusCode.UNKNOWN, text)


def status_details(refused: Refused) -> bytes:
    """google.rpc.Status with one MultiErrorResponse, as it stands in the trailing metadata."""
    number: int = refused.code.value[0]
    status = status_pb2.Status(code=number, message=refused.text)
    status.details.add(type_url=_MULTI_ERROR, value=_errors(refused.devices).SerializeToString())
    return status.SerializeToString()


def _errors(failures: Iterable[DeviceFailure]) -> err_pb2.MultiErrorResponse:
    told = [err_pb2.ErrorResponse(deviceID=one.device_id, code=one.code, msg=one.text) for one in failures]
    return err_pb2.MultiErrorResponse(deviceErrors=told)
