"""Write answers the way this terminal's variant of the document writes them."""

import json
import re
from typing import Any, Final

from starlette.responses import Response

from app.simulators.ef45.settings import Variants
from app.simulators.ef45.wire import Answer, Document, Listing, Nothing, Refused

_BASE64_MEMBERS: Final = re.compile(r".*(_eye|_face|_template|_feature)|face_image|file|matched_faceimage_data")
_LINE: Final = 76


def render(answer: Answer, success: int, variants: Variants) -> Response:
    """The HTTP answer of an operation whose documented success code is `success`."""
    if isinstance(answer, Nothing):
        return _bodyless(answer.status or variants.bodyless_status or success, variants)
    if isinstance(answer, bytes):
        return Response(answer, success, media_type="application/json")
    document = _envelope(answer, variants) if isinstance(answer, Listing) else answer
    return Response(written(document, variants), success, media_type="application/json")


def written(document: Document, variants: Variants) -> bytes:
    """The object as JSON, in the dress of the variants."""
    return json.dumps(_varied(document, variants), separators=(",", ":")).encode()


def refusal(refused: Refused, variants: Variants) -> Response:
    """The HTTP answer to a request the terminal refuses."""
    if variants.error_body == "empty":
        return Response(b"", refused.status)
    if variants.error_body == "text":
        return Response(refused.reason, refused.status, media_type="text/plain")
    return _json({"status_code": refused.status, "reason_phrase": refused.reason}, refused.status)


def _bodyless(status: int, variants: Variants) -> Response:
    body = "" if status == 204 else variants.bodyless_body
    return Response(body, status, media_type="application/json" if body else None)


def _json(value: Any, status: int) -> Response:
    return Response(json.dumps(value, separators=(",", ":")), status, media_type="application/json")


def _envelope(listing: Listing, variants: Variants) -> Document:
    envelope: Document = {"status_code": variants.envelope_status, "reason_phrase": "OK", "items": listing.items}
    envelope |= {
        "page": listing.page,
        "page_size": listing.page_size,
        "has_more": listing.has_more,
        "total": listing.total,
    }
    if variants.envelope_status == "missing":
        del envelope["status_code"]
    if variants.has_more == "missing":
        del envelope["has_more"]
    if listing.items is None or (not listing.items and variants.empty_items == "missing"):
        del envelope["items"]
    elif not listing.items and variants.empty_items == "null":
        envelope["items"] = None
    return envelope


def _varied(value: Any, variants: Variants) -> Any:
    if isinstance(value, dict):
        return _varied_members(value, variants)
    if isinstance(value, list):
        return [_varied(part, variants) for part in value]
    if variants.numbers == "text" and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value


def _varied_members(document: Document, variants: Variants) -> Document:
    varied: Document = {}
    for name, value in document.items():
        written = variants.individual if name == "indivisual" else name
        if isinstance(value, str) and value and _BASE64_MEMBERS.fullmatch(name):
            varied[written] = _written_base64(value, variants.base64)
        else:
            varied[written] = _varied(value, variants)
    if variants.extra_members:
        varied["vendor_reserved"] = {"x": None}
    return varied


def _written_base64(text: str, how: str) -> str:
    if how == "line_breaks":
        return "\r\n".join(text[start : start + _LINE] for start in range(0, len(text), _LINE)) + "\r\n"
    if how == "url_safe":
        return text.replace("+", "-").replace("/", "_")
    if how == "unpadded":
        return text.rstrip("=")
    return f"data:application/octet-stream;base64,{text}" if how == "data_uri" else text
