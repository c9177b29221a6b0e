"""Requests and answers of server matching on the wire, in the gateway's generation (facts: `gsdk.server`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from google.protobuf.message import DecodeError, Message

from app.devices.gsdk.pb.calls import Unary
from app.devices.gsdk.pb.generations import Generation, wire
from app.domain.door import Asked
from app.gateway.values import (
    Code,
    Identify,
    Passback,
    Phrase,
    Question,
    Request,
    Verdict,
    VerifyCard,
    VerifyNumber,
)

CARD_BYTES: Final = 32
_BODIES: Final[Mapping[int, str]] = {1: "verifyReq", 2: "identifyReq", 3: "globalAPBReq", 4: "userPhraseReq"}
"""Which member a request of each type carries."""


@dataclass(frozen=True)
class Heard:
    """A request as far as it could be read: None when no answer exists for it; `odd` when it was not as documented."""

    request: Request | None
    odd: bool = False


class ServerCodec:
    """Reads requests, writes answers; one for each generation, because answers hold user headers."""

    def __init__(self, generation: Generation, turned: Callable[[int], bool] = lambda _device: False) -> None:
        """`turned` tells of a terminal's number whether it writes card numbers from their last byte."""
        self.generation = generation
        self._turned = turned
        self._server: Any = wire(generation).server
        self.subscribe = self._server.Subscribe
        self.unsubscribe: Unary[Any, Any] = self._server.Unsubscribe
        self._methods: Mapping[Asked, Unary[Any, Any]] = {
            Asked.CARD: self._server.HandleVerify,
            Asked.NUMBER: self._server.HandleVerify,
            Asked.FINGER: self._server.HandleIdentify,
            Asked.PASSBACK: self._server.HandleGlobalAPB,
            Asked.PHRASE: self._server.HandleUserPhrase,
        }

    def heard(self, data: bytes, now: float) -> Heard:
        """What a terminal asked; never raises. A known type without its body is an empty question, to be refused."""
        try:
            told = self._server.ServerRequest.FromString(data)
        except DecodeError:
            return Heard(None, odd=True)
        name = _BODIES.get(told.reqType)
        if name is None:
            return Heard(None, odd=True)
        question: Question = _QUESTIONS[told.reqType](getattr(told, name))
        if isinstance(question, VerifyCard) and self._turned(told.deviceID):
            question = replace(question, turned=True)
        return Heard(Request(told.deviceID, told.seqNO, question, now), odd=not told.HasField(name))

    def method(self, asked: Asked) -> Unary[Any, Any]:
        """The call that carries the answer to such a question."""
        return self._methods[asked]

    def answer(self, request: Request, verdict: Verdict) -> Message:
        """The answer with the request's device and number; a yes carries the person, and what was presented."""
        answer = self._methods[request.asked].request(
            deviceID=request.device, seqNO=request.seq, errCode=int(verdict.code)
        )
        if request.asked is Asked.PASSBACK:
            answer.zoneID = verdict.zone
        elif request.asked is Asked.PHRASE:
            answer.userPhrase = verdict.phrase
        elif verdict.code is Code.SUCCESS:
            _fill(answer.user, request.question, verdict.person_id)
        made: Message = answer
        return made


def _fill(user: Any, question: Question, person_id: str) -> None:
    """As the vendor's examples do: the id, and the credential that was presented (a finger twice)."""
    user.hdr.ID = person_id
    if isinstance(question, VerifyCard):
        user.hdr.numOfCard = 1
        user.cards.add(type=question.kind, size=CARD_BYTES, data=question.data.rjust(CARD_BYTES, b"\0"))
    elif isinstance(question, Identify):
        user.hdr.numOfFinger = 1
        user.fingers.add(templates=[question.template, question.template])


def _verify(body: Any) -> Question:
    return VerifyCard(body.cardType, body.cardData) if body.isCard else VerifyNumber(body.userID)


_QUESTIONS: Final[Mapping[int, Any]] = {
    1: _verify,
    2: lambda body: Identify(body.templateFormat, body.templateData),
    3: lambda body: Passback(tuple(body.userIDs)),
    4: lambda body: Phrase(body.userID),
}
