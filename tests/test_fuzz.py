"""Whatever comes in from files: configuration, templates, images, lists, receipts, containers. No crash, no hang."""

import contextlib
import io
import string

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.config.reading import parse as read_configuration
from app.domain.errors import ConfigurationInvalid, InvalidInput, StationError
from app.domain.policy import EnrollmentPolicy, PersonField
from app.domain.statement import read_certificate, read_receipt
from app.journeys.expected import read as read_list
from app.matching.records.reader import parse as read_template
from app.store import container
from app.ui.pictures import decode
from tests.ui.fakes import gray_bmp

FAST = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
POLICY = EnrollmentPolicy(modalities={}, fields=(PersonField("document", "Document", pattern="[A-Z]+", unique=True),))
KEYS = st.sampled_from(["station", "store", "policy", "devices", "gateway", "bioserver", "name", "id", "vendor", "x"])
VALUES = st.one_of(
    st.integers(-(10**6), 10**6).map(str),
    st.sampled_from(["true", "nan", '""', '"keyring:a/b"', "[]", "{}", "[[1]]", '"\\u0000"', "1979-05-27"]),
    st.text(string.printable, max_size=12).map(repr),
)
LINES = st.lists(
    st.one_of(
        st.builds("[{}]".format, KEYS), st.builds("[[{}]]".format, KEYS), st.builds("{} = {}".format, KEYS, VALUES)
    ),
    max_size=10,
)
BOX = container.MAGIC + b"\x00\x00\x00\x40"


def sealed_box() -> bytes:
    """A small container."""
    file = io.BytesIO()
    container.write(file, bytes(32), {"method": "store"}, [b"one", b"two"])
    return file.getvalue()


@FAST
@given(LINES.map("\n".join))
def test_any_configuration_is_taken_or_its_mistakes_named(text: str) -> None:
    with contextlib.suppress(ConfigurationInvalid):
        read_configuration(text)


@FAST
@given(st.binary(max_size=300), st.sampled_from([b"", b"FMR\0 20\0", b"FMR\0020\0"]))
def test_any_template_is_read_or_refused(data: bytes, head: bytes) -> None:
    try:
        read_template(head + data)
    except StationError:
        return


@FAST
@given(st.integers(0, 200), st.integers(0, 255), st.binary(max_size=40))
def test_any_image_is_decoded_or_nothing(at: int, value: int, tail: bytes) -> None:
    good = bytearray(gray_bmp(16, 12))
    good[at] = value
    for data in (bytes(good), bytes(good[:at]) + tail, tail):
        image = decode(data, 64, 64)
        assert image is None or image.width() <= 64


@FAST
@given(st.one_of(st.binary(max_size=200), st.text(max_size=120).map(str.encode)))
def test_any_list_gives_people_or_faults_never_both(data: bytes) -> None:
    for content in (data, b"last_name,first_name,document\n" + data):
        listed = read_list(content, POLICY)
        assert not (listed.people and listed.faults)


@FAST
@given(st.one_of(st.text(max_size=80), st.text(string.printable, max_size=60).map("ES1.{0}.{0}".format)))
def test_any_text_is_a_receipt_or_none(text: str) -> None:
    for read in (read_receipt, read_certificate):
        with contextlib.suppress(InvalidInput):
            read(text)


@FAST
@given(st.data())
def test_a_changed_container_never_opens_whole(data: st.DataObject) -> None:
    good = sealed_box()
    at = data.draw(st.integers(0, len(good) - 1))
    bad = data.draw(
        st.one_of(
            st.integers(1, 255).map(lambda bit: good[:at] + bytes([good[at] ^ bit]) + good[at + 1 :]),
            st.just(good[:at]),
            st.binary(max_size=100).map(lambda tail: BOX + tail),
        )
    )
    file = io.BytesIO(bad)
    try:
        head, encoded = container.read_head(file)
        pieces = list(container.read_pieces(file, bytes(32), head, encoded))
    except StationError:
        return
    raise AssertionError(pieces)
