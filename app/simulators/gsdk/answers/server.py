"""Server: one subscriber gets the requests of every device, and answers each by a call of its own."""

from collections.abc import Iterator
from typing import Any

import grpc

from app.simulators.gsdk.channel import Answer as Given
from app.simulators.gsdk.front import Answer
from app.simulators.gsdk.wire import Refused, missing
from app.simulators.gsdk.world import World


class Matching:
    """The methods of Server."""

    def __init__(self, world: World) -> None:
        self._world, self._at = world, world.at.server

    def answers(self) -> dict[str, Answer]:
        """All but Subscribe, whose stream is of bytes."""
        return {
            "Unsubscribe": self.unsubscribe,
            "HandleVerify": lambda request, _context: self._take("Verify", request),
            "HandleIdentify": lambda request, _context: self._take("Identify", request),
            "HandleGlobalAPB": lambda request, _context: self._take("GlobalAPB", request),
            "HandleUserPhrase": lambda request, _context: self._take("UserPhrase", request),
        }

    def subscribe(self, request: Any, context: grpc.ServicerContext) -> Iterator[bytes]:
        """Serialized requests, until Unsubscribe, a cut or the client ends it; raises Refused while it is held."""
        channel, variants = self._world.channel, self._world.variants
        subscription = channel.hold(request.queueSize, take_over=variants.second_subscriber == "take_over")
        context.add_callback(subscription.end)

        def stream() -> Iterator[bytes]:
            try:
                yield from subscription.items()
                if subscription.cut:
                    raise Refused(grpc.StatusCode.UNAVAILABLE, "connection reset")
            finally:
                channel.gone(subscription, frees=variants.frees_dead_channel)

        return stream()

    def unsubscribe(self, _request: Any, _context: grpc.ServicerContext) -> Any:
        self._world.channel.release()
        return self._at.UnsubscribeResponse()

    def _take(self, kind: str, request: Any) -> Any:
        user = getattr(request, "user", None)
        given = Given(
            method=f"Handle{kind}",
            device_id=request.deviceID,
            seq=request.seqNO,
            code=request.errCode,
            user_id=user.hdr.ID if user is not None else "",
            zone_id=getattr(request, "zoneID", 0),
            phrase=getattr(request, "userPhrase", ""),
            user=user,
        )
        known = self._world.channel.answer(given)
        if not known and self._world.variants.unknown_answer == "refuse":
            raise missing("nothing was asked under this number")
        return getattr(self._at, f"Handle{kind}Response")()
