"""Turn answers into HTTP: dressed by the variants, signed, spoiled by what strikes the request."""

import uuid
from collections.abc import Container
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import Response

from app.simulators.bioserver import text, twists
from app.simulators.bioserver.memory import Memory
from app.simulators.bioserver.operations import Answer
from app.simulators.bioserver.settings import Mischief, Variants
from app.simulators.bioserver.wire import Call, Document, Refused
from app.simulators.faults import HTML_ERROR

BASE_PATH: Final = "/bioserver-app"
VERSION_PATH: Final = "/v2"
_JSON: Final = "application/json"


def render(answer: Answer, memory: Memory, call: Call, origin: str) -> Response:
    """The HTTP answer; `origin` is this server's own scheme, host and port."""
    if isinstance(answer.content, bytes):
        return Response(answer.content, answer.status, media_type=answer.media_type)
    body = _body(answer, memory, call)
    response = Response(body, answer.status, media_type=_JSON if body else None)
    if answer.place is not None:
        _locate(response, answer.place, memory.variants, call, origin)
    return response


def refusal(refused: Refused, variants: Variants) -> Response:
    """The HTTP answer to a request the server refuses; the id is new each time."""
    form = variants.error_body
    if form == "html":
        return Response(HTML_ERROR, refused.status, media_type="text/html")
    if form == "empty":
        return Response(b"", refused.status)
    if form == "gateway":
        document: Document = {"status": refused.status, "error": refused.reason, "path": "/v2"}
    else:
        document = {"id": str(uuid.uuid4())} | ({"message": refused.reason} if form == "json" else {})
    return Response(text.written(document, "compact"), refused.status, media_type=_JSON)


def _body(answer: Answer, memory: Memory, call: Call) -> str:
    if answer.place is not None:
        return _created(answer, memory)
    if isinstance(answer.content, list):
        parts = [_object(part, answer, memory, call) for part in answer.content]
        return "[" + ",".join(parts) + "]"
    return "" if answer.content is None or isinstance(answer.content, bytes) else _object(
        answer.content, answer, memory, call
    )  # fmt: skip


def _created(answer: Answer, memory: Memory) -> str:
    """What a 201 carries beside its Location; nothing, in the document."""
    form, content = memory.variants.created_body, answer.content
    if not form or not isinstance(content, dict):
        return ""
    document = {"id": content["id"]} if form == "id" else text.dated(content, memory.variants.dates)
    return text.written(document, memory.variants.body_style)


def _object(content: Document, answer: Answer, memory: Memory, call: Call) -> str:
    variants = memory.variants
    document = text.dated(twists.before_signing(content, call.strikes), variants.dates)
    body = _spelled(text.written(twists.after_signing(document, call.strikes), variants.body_style), variants)
    if not answer.signed:
        return body
    signed = twists.signed_instead(document, call.strikes)
    payload = _detached(signed, body, variants) if answer.detached else _attached(signed, variants)
    signature = memory.signer.sign(payload.encode(), call.strikes, detached=answer.detached)
    if signature is None:
        return body
    whole = text.with_signature(body, signature, variants.body_style)
    return f"\r\n{whole}\r\n" if answer.detached and variants.detached == "trimmed" else whole


def _spelled(body: str, variants: Variants) -> str:
    if variants.far_decimal:
        body = text.with_plain_decimals(body)
    return text.with_escaped_slashes(body) if variants.escaped_slash else body


def _attached(document: Document, variants: Variants) -> str:
    if variants.signed_members is not None:
        document = {name: value for name, value in document.items() if name in variants.signed_members}
    if variants.payload == "reordered":
        return text.written(text.reordered(document), "compact")
    return text.written(document, variants.payload)


def _detached(document: Document, body: str, variants: Variants) -> str:
    if variants.detached in {"body", "trimmed"} and text.written(document, variants.body_style) in body:
        return body
    style = variants.detached if variants.detached not in {"body", "trimmed"} else variants.body_style
    return _spelled(text.written(document, style), variants)


def _locate(response: Response, place: str, variants: Variants, call: Call, origin: str) -> None:
    strange = call.strikes.get(Mischief.ELSEWHERE)
    form = "elsewhere" if strange else variants.location
    if form == "missing":
        return
    host = (strange.body if strange else "") or variants.location_host
    where = {
        "v2": VERSION_PATH + place,
        "base": BASE_PATH + VERSION_PATH + place,
        "absolute": origin + BASE_PATH + VERSION_PATH + place,
        "query": VERSION_PATH + place + "?created=true",
        "elsewhere": host.rstrip("/") + BASE_PATH + VERSION_PATH + place,
    }[form]
    assert urlsplit(where).path
    response.raw_headers.append((variants.location_case.encode("ascii"), where.encode("latin-1")))


def instead(strikes: Container[str]) -> bool:
    """Whether the request is answered without being carried out."""
    return any(kind in strikes for kind in (Mischief.TOO_MANY, Mischief.GATEWAY, Mischief.TOO_LARGE))


def refused_by(call: Call, variants: Variants) -> Response:
    """The answer of a gateway or a guard in front of the service."""
    if Mischief.TOO_LARGE in call.strikes:
        return refusal(Refused(413, "The request was too big"), variants)
    fault = call.strikes.get(Mischief.TOO_MANY) or call.strikes[Mischief.GATEWAY]
    status = 429 if fault.kind == Mischief.TOO_MANY else fault.status if fault.status in {502, 503, 504} else 503
    headers = {"Retry-After": fault.body} if fault.body else {}
    return Response(HTML_ERROR, status, headers, "text/html")
