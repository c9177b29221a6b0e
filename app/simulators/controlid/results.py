"""How a finished enrollment looks on the wire: the synchronous answer, and the posts of both families (facts, 4.2)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray

from app.simulators.controlid.faces import size_of
from app.simulators.controlid.links import Post
from app.simulators.controlid.orders import Captured
from app.simulators.controlid.prints import filed, joined
from app.simulators.controlid.settings import Dress, Make, Mischief, Modality, Variants
from app.simulators.controlid.wire import Document, encoded

_NONSENSE = bytes((11 * i * i + 5 * i + 33) % 251 for i in range(4096))


@dataclass(frozen=True)
class Mode:
    """How the terminal works now: where it reports to, and whether it gives pictures of fingers away."""

    online: bool = False
    local: bool = True
    extract: bool = True

    @property
    def pictures(self) -> bool:
        """Enterprise with extract_template 0; else fingers leave as templates."""
        return self.online and not self.local and not self.extract

    @property
    def name(self) -> str:
        if not self.online:
            return "standalone"
        return "pro" if self.local else "enterprise"


@dataclass(frozen=True)
class Writer:
    """Writes results as this terminal does."""

    make: Make
    variants: Variants

    def reply(self, found: Captured, mode: Mode) -> Document:
        """The answer of a synchronous enrollment."""
        head = {"success": True, "user_id": found.user_id, "device_id": self.make.device_id}
        if Mischief.EMPTY_SUCCESS in found.order.strikes:
            return head
        return head | self._payload(found, mode)

    def monitor(self, found: Captured, mode: Mode) -> Iterator[Post]:
        """What goes to Monitor; pictures of fingers do not."""
        match found.order.modality:
            case Modality.FINGER:
                if not mode.pictures:
                    extra = self._prints(found) if self.variants.monitor_prints else {}
                    body = {"finger_type": found.order.panic_finger, "template": self._template(found), **extra}
                    yield self.json("template", found.user_id, body)
            case Modality.FACE:
                yield self.json("user_image", found.user_id, self._photo(found))
            case Modality.CARD:
                yield self.json("card", found.user_id, {self.variants.card_key: found.number})
            case secret:
                yield self.json(secret, found.user_id, {f"{secret}_value": found.secret})

    def online(self, found: Captured, mode: Mode) -> Iterator[Post]:
        """What goes to the access server."""
        match found.order.modality:
            case Modality.FINGER if mode.pictures:
                body = {"finger_type": found.order.panic_finger, **self._prints(found)}
                yield self.json("fingerprint_create.fcgi", found.user_id, body)
            case Modality.FINGER:
                yield self._template_create(found)
            case Modality.FACE:
                yield self.json("face_create.fcgi", found.user_id, {"face": self._face(found)})
            case Modality.CARD:
                yield self.json("card_create.fcgi", found.user_id, {"card_value": found.number})
            case secret:
                yield self.json(f"{secret}_create.fcgi", found.user_id, {f"{secret}_value": found.secret})

    def json(self, topic: str, user_id: int | None, members: Document) -> Post:
        """A JSON post with who and where from."""
        head: Document = {} if user_id is None else {"user_id": user_id}
        if self.variants.callback_id != "missing":
            head["device_id"] = self._own_id()
        document = head | members
        if self.variants.numbers_as_text:
            document = quoted(document)
        return self._post(topic, json.dumps(document).encode(), "application/json", "")

    def form(self, topic: str, members: Document) -> Post:
        """A form post, as identification events are."""
        body = urlencode({"device_id": self.make.device_id, **members}).encode()
        return self._post(topic, body, "application/x-www-form-urlencoded", "")

    def _post(self, topic: str, body: bytes, content_type: str, query: str) -> Post:
        spoken = content_type if self.variants.content_type is None else self.variants.content_type or None
        if self.variants.query_ids and not query:
            query = urlencode({"session": "", "device_id": self.make.device_id})
        return Post(topic, body, spoken, query, self.variants.chunked)

    def _own_id(self) -> int | str:
        return str(self.make.device_id) if self.variants.callback_id == "text" else self.make.device_id

    def _payload(self, found: Captured, mode: Mode) -> Document:
        match found.order.modality:
            case Modality.FINGER:
                return {"finger_type": found.order.panic_finger, **self._finger(found, mode)}
            case Modality.FACE:
                return {
                    ("image" if self.variants.face_key == "image" else "user_image"): self._image(found.face, found)
                }
            case Modality.CARD:
                return {"card_value": found.number}
            case secret:
                return {f"{secret}_value": found.secret}

    def _finger(self, found: Captured, mode: Mode) -> Document:
        wanted = self.variants.sync_prints
        if wanted == "by_mode":
            wanted = "fingerprints" if mode.pictures else "template"
        template = {"template": self._template(found)} if wanted in {"template", "both"} else {}
        return template | (self._prints(found) if wanted in {"fingerprints", "both"} else {})

    def _template(self, found: Captured) -> str:
        return encoded(joined([touch.template for touch in found.touches]), self.variants.dress)

    def _template_create(self, found: Captured) -> Post:
        single = [joined([touch.template for touch in found.touches])]
        parts = [touch.template for touch in found.touches] if self.variants.template_sizes == "three" else single
        meta: dict[str, Any] = {"card_id": "", "device_id": self.make.device_id}
        if self.variants.callback_id == "missing":
            del meta["device_id"]
        meta |= {"finger_type": found.order.panic_finger, "temp_num": len(parts), "user_id": found.user_id}
        meta |= {f"size{index}": len(part) for index, part in enumerate(parts)}
        return self._post("template_create.fcgi", b"".join(parts), "application/octet-stream", urlencode(meta))

    def _prints(self, found: Captured) -> Document:
        return {"fingerprints": [self._print(touch.picture, found) for touch in found.touches]}

    def _print(self, picture: NDArray[np.uint8], found: Captured) -> Document:
        height, width = picture.shape
        if self.variants.sizes_swapped:
            width, height = height, width
        sizes: Document = {"width": width, "height": height}
        if self.variants.sizes_as_text:
            sizes = quoted(sizes)
        return {"image": self._image(filed(picture, self.variants.picture_format), found), **sizes}

    def _photo(self, found: Captured) -> Document:
        key = self.variants.face_key
        return {key: self._single_face(found) if key == "face" else self._image(found.face, found)}

    def _face(self, found: Captured) -> Document | list[Document]:
        return [self._single_face(found)] if self.variants.face_as_array else self._single_face(found)

    def _single_face(self, found: Captured) -> Document:
        width, height = size_of(found.face)
        return {"image": self._image(found.face, found), "width": width, "height": height}

    def _image(self, data: bytes, found: Captured) -> str:
        strikes = found.order.strikes
        if Mischief.GARBAGE_IMAGE in strikes:
            data = _NONSENSE
        if Mischief.WRONG_LENGTH in strikes:
            data = data[: len(data) * 2 // 3]
        return encoded(data, self.variants.dress if data else Dress.PLAIN)


def quoted(value: Any) -> Any:
    """The same document with every number as a string."""
    if isinstance(value, dict):
        return {name: quoted(part) for name, part in value.items()}
    if isinstance(value, list):
        return [quoted(part) for part in value]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
