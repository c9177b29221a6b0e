"""Whatever a peer posts: it is answered, and it is never an exception nor a log of an error."""

import asyncio
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.callbacks.routes import IDENTIFICATIONS, IGNORED, Routes
from app.devices.controlid.codec import Kind
from app.devices.controlid.push import HEARTBEATS, RESULT_TOPICS, Job
from tests.callbacks.conftest import make_office

KNOWN = sorted({*RESULT_TOPICS, *HEARTBEATS, *IDENTIFICATIONS, *IGNORED, ""})
TOPICS = st.sampled_from(KNOWN) | st.text(max_size=8)
NAMES = st.sampled_from(
    (
        *("user_id", "device_id", "fingerprints", "template", "image", "face", "user_image"),
        *("value", "card_value", "finger_type", "width", "height"),
    )
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=8
)
BODIES = JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=300)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(topic=TOPICS, query=st.binary(max_size=40), content_type=st.binary(max_size=20), body=BODIES)
def test_anything_is_answered(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, topic: str, query: bytes, content_type: bytes, body: bytes
) -> None:
    with ThreadPoolExecutor(1) as work:
        status = asyncio.run(_post(tmp_path, work, topic, query, content_type, body))
    assert status in {200, 404}
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def _post(
    folder: Path, work: ThreadPoolExecutor, topic: str, query: bytes, content_type: bytes, body: bytes
) -> int:
    office = make_office(folder)
    jobs = [await office.expect(Job("d", 9, "127.0.0.1", 7, kind, "")) for kind in Kind]
    answers: list[Any] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        answers.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/p/{topic}",
        "query_string": query,
        "headers": [(b"content-type", content_type)],
        "client": ("127.0.0.1", 9),
        "server": ("127.0.0.1", 80),
        "scheme": "http",
    }
    await Routes(office, work, max_body=1000)(scope, receive, send)
    await asyncio.get_running_loop().run_in_executor(work, lambda: None)
    for job in jobs:
        await job.close()
    return int(answers[0]["status"])
