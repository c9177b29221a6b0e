"""JSON as a server may write it: compact or pretty, with other line ends, escaped slashes or plain decimals."""

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final

from app.simulators.bioserver.wire import Document

_FAR: Final = re.compile(r'("falseAcceptanceRate":\s*)([-+0-9.eE]+)')
_ELSEWHERE: Final = timezone(timedelta(hours=2))


def written(value: Any, style: str) -> str:
    """`style`: compact, spaced, pretty_lf, pretty_crlf."""
    if style == "compact":
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    if style == "spaced":
        return json.dumps(value, ensure_ascii=False)
    pretty = json.dumps(value, indent=2, ensure_ascii=False)
    return pretty.replace("\n", "\r\n") if style == "pretty_crlf" else pretty


def with_signature(text: str, signature: str, style: str) -> str:
    """An object's text with one member more at its end; taking that and its comma away gives `text` again."""
    member = {"compact": ',"signature":"{}"', "spaced": ', "signature": "{}"'}.get(style)
    if member is None:
        member = "," + ("\r\n" if style == "pretty_crlf" else "\n") + '  "signature": "{}"'
    end = text.rindex("}")
    while text[end - 1] in "\r\n":
        end -= 1
    return text[:end] + member.format(signature) + text[end:]


def with_escaped_slashes(text: str) -> str:
    return text.replace("/", "\\/")


def with_plain_decimals(text: str) -> str:
    """The rates without an exponent."""
    return _FAR.sub(lambda match: match[1] + format(Decimal(match[2]), "f"), text)


def dated(value: Any, form: str) -> Any:
    """The document with its moments written: `form` as `Variants.dates`."""
    if isinstance(value, dict):
        return {name: dated(part, form) for name, part in value.items()}
    if isinstance(value, list):
        return [dated(part, form) for part in value]
    return moment(value, form) if isinstance(value, datetime) else value


def moment(when: datetime, form: str) -> str:
    when = when.astimezone(_ELSEWHERE if form == "offset" else UTC)
    if form == "0":
        return when.strftime("%Y-%m-%dT%H:%M:%SZ")
    text = when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03d}"
    if form == "offset":
        return text + "+02:00"
    return (text.rstrip("0").rstrip(".") if form == "trimmed" else text + "000000" * (form == "9")) + "Z"


def reordered(document: Document) -> Document:
    """The same members in another order."""
    return dict(sorted(document.items(), reverse=True))
