"""A plain client of the simulated gateway: paths and messages, nothing of our driver."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc
import pytest

from app.devices.gsdk.pb import Services, wire
from app.devices.gsdk.pb.common import card_pb2, err_pb2, status_pb2
from app.simulators.gsdk import DeviceMake, Model, SimulatedGateway, card_of
from app.simulators.people import Person

TIMEOUT_S = 20.0


class Client:
    """Calls by the name of a package and its method; `user("Get", deviceID=...)`."""

    def __init__(self, gateway: SimulatedGateway, channel: grpc.Channel) -> None:
        self.gateway = gateway
        self.channel = channel
        self.at: Services = wire(gateway.world.generation)
        self.metadata: tuple[tuple[str, str], ...] = ()

    def call(self, package: str, method: str, /, timeout: float = TIMEOUT_S, **members: Any) -> Any:
        described = getattr(self.at, package).methods[method]
        request = described.request(**members)
        return described.on(self.channel)(request, timeout=timeout, metadata=self.metadata)

    def stream(self, package: str, method: str, /, **members: Any) -> Any:
        described = getattr(self.at, package).methods[method]
        return described.on(self.channel)(described.request(**members))

    def refused(self, package: str, method: str, /, **members: Any) -> tuple[grpc.StatusCode, str]:
        """The code and text of a call that must fail."""
        error = self._failure(package, method, **members)
        return error.code(), error.details()

    def failures(self, package: str, method: str, /, **members: Any) -> list[tuple[int, int, str]]:
        """The devices named in the details of a Multi call that must fail."""
        found = dict(self._failure(package, method, **members).trailing_metadata())["grpc-status-details-bin"]
        (detail,) = status_pb2.Status.FromString(found).details
        assert detail.type_url.rpartition("/")[2] == "gsdk.err.MultiErrorResponse"
        errors = err_pb2.MultiErrorResponse.FromString(detail.value).deviceErrors
        return [(one.deviceID, one.code, one.msg) for one in errors]

    def _failure(self, package: str, method: str, /, **members: Any) -> Any:
        with pytest.raises(grpc.RpcError) as refused:
            self.call(package, method, **members)
        return refused.value

    def card(self, who: Person) -> card_pb2.CSNCardData:
        return self.at.card.CSNCardData(type=card_pb2.CARD_TYPE_CSN, size=32, data=card_of(who))

    def user(self, number: str, **members: Any) -> Any:
        """A user whose header counts what is given."""
        header = self.at.user.UserHdr(ID=number, numOfCard=len(members.get("cards", ())))
        header.numOfFinger, header.numOfFace = len(members.get("fingers", ())), len(members.get("faces", ()))
        return self.at.user.UserInfo(hdr=header, **members)


@contextmanager
def connected(gateway: SimulatedGateway) -> Iterator[Client]:
    credentials = grpc.ssl_channel_credentials(gateway.ca_pem)
    options = [("grpc.max_receive_message_length", 72 * 1024 * 1024)]
    with grpc.secure_channel(gateway.target, credentials, options) as channel:
        yield Client(gateway, channel)


def id_of(makes: tuple[DeviceMake, ...], model: Model) -> int:
    """The first device of this model."""
    return next(make.device_id for make in makes if make.model is model)
