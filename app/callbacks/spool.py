"""Posts on disk before they are answered, encrypted one file each, until somebody took them; survives a kill."""

import json
import logging
import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app import logs
from app.devices.controlid.push import Post
from app.paths import make_private, write_private

LOG = logging.getLogger(__name__)

SUFFIX = ".post"
NONCE = 12
HEAD = 4


class Spool:
    """Blocking; any thread. `key` is 32 bytes. A file's name is random and says nothing."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder = make_private(folder)
        self._cipher = AESGCM(key)

    def put(self, post: Post) -> str:
        """Write and sync; the name to find it by. OSError when the disk refuses."""
        name = secrets.token_hex(16)
        head = json.dumps(
            {
                "topic": post.topic,
                "query": dict(post.query),
                "content_type": post.content_type,
                "peer": post.peer,
                "at": post.at.timestamp(),
                "awaited": post.awaited,
            }
        ).encode()
        nonce = os.urandom(NONCE)
        plain = b"".join((len(head).to_bytes(HEAD, "big"), head, post.body))
        write_private(self._folder / (name + SUFFIX), nonce + self._cipher.encrypt(nonce, plain, name.encode()))
        return name

    def read(self, name: str) -> Post | None:
        """A post; None when it is gone, damaged, or of another key."""
        try:
            sealed = (self._folder / (name + SUFFIX)).read_bytes()
            plain = self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], name.encode())
            end = HEAD + int.from_bytes(plain[:HEAD], "big")
            head = json.loads(plain[HEAD:end])
            at = datetime.fromtimestamp(head["at"], UTC)
            awaited = tuple(head["awaited"])
            return Post(head["topic"], head["query"], head["content_type"], plain[end:], head["peer"], at, awaited)
        except FileNotFoundError:
            return None
        except (OSError, InvalidTag, ValueError, KeyError, TypeError) as error:
            logs.event(LOG, "callback-not-readable", logging.WARNING, error=error)
            return None

    def forget(self, name: str) -> None:
        """Remove a post; gone already is fine."""
        (self._folder / (name + SUFFIX)).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """What lies there, the oldest first; halves left by a kill are removed."""
        for half in self._folder.glob(f".*{SUFFIX}.*"):
            half.unlink(missing_ok=True)
        files = sorted(self._folder.glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime)
        return (path.name.removesuffix(SUFFIX) for path in files)
