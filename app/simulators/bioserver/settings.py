"""What a simulated BioServer is, the readings of its document a test may choose between, and its tricks."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

DEFAULT_KEY: Final = "synthetic-api-key"
FORBIDDEN_KEY: Final = "synthetic-key-without-permission"


@dataclass(frozen=True)
class Make:
    """The server as it is installed.

    `api_key` is the one it takes; `forbidden_key` is known but may do nothing (403).
    `mode` and `template_version` name the algorithm. Times to live are seconds; sizes are bytes.
    `monitored` false: the instance is up but says that it does not work properly (500).
    """

    api_key: str = field(default=DEFAULT_KEY, repr=False)
    forbidden_key: str = field(default=FORBIDDEN_KEY, repr=False)
    key_header: str = "apikey"
    version: str = "3.8.1"
    mode: str = "F5_1_VID60"
    accepted_modes: tuple[str, ...] = ("F5_2_VID75", "F5_1_VID60", "F5_5_VID60")
    template_version: int = 92
    default_ttl: int = 1800
    maximum_ttl: int = 3600
    maximum_body: int = 10_000_000
    certificate_days: tuple[int, int] = (-30, 365)


@dataclass(frozen=True)
class Variants:
    """Readings the document leaves open; the number is the row of the facts' table of ambiguities.

    bodies            1   JSON bodies (and 16: referenceFace) must be one object, or an array of one
    location          3,4 Location: as documented, with the base path, absolute, with a query, on another host, none
    location_case     3   spelling of the header's name
    created_body      2,4 what a 201 carries
    capabilities      5   as in the sample, as in the text, or the text's with one text of modes
    version_name      7   spelling in all face objects (None: as each sample has it)
    certificates      9   name of the member; certificate_form: a list or one text
    server_random     10  text, or a number
    fake_webcam       11  spelling of the member
    type_parts        14  image types must be plain parts, file parts, or may be either
    digest            18  as it is, in capitals, or one character short as in the document's sample
    reference_match   22  matches contain the reference itself
    match_order       22  best first, worst first, or as created
    match_status      23  success of the two direct matches
    liveness_status   24  success of init-liveness-parameters; 204 has no body
    replay_status     25  success of replay-liveness-metadata
    result_path       26  the only form of liveness-challenge-result that exists
    not_ready         27  how a result under way is told
    dates             29  digits of the fraction, and the offset
    error_body        30  what a refusal carries
    monitor_status    33  spelling of "ok"
    no_face           a picture without a face: refused, or a face with quality below zero
    match_faces       faces in match objects: with everything but the template, without digests, or bare
    direct_signature  faces of POST /faces are signed
    payload           the signed text inside a signature
    detached          what the detached signature of the replay status was made over
    body_style        how reply bodies are written; escaped_slash writes \\/ for /
    far_decimal       the rate in the body as a plain decimal fraction, whatever the payload says
    signed_members    only these members are signed (None: all but the signature)
    extra_members     objects carry members nobody documented
    boxes             landmarks carry the face's box
    """

    bodies: Literal["object", "array"] = "object"
    location: Literal["v2", "base", "absolute", "query", "elsewhere", "missing"] = "v2"
    location_case: Literal["Location", "location", "LOCATION"] = "Location"
    location_host: str = "http://other-server.invalid"
    created_body: Literal["", "id", "object"] = ""
    capabilities: Literal["sample", "text", "one_text"] = "sample"
    version_name: Literal["templateversion", "templateVersion"] | None = None
    certificates: Literal["certificate", "certificates"] = "certificates"
    certificate_form: Literal["list", "text"] = "list"
    server_random: Literal["text", "number"] = "text"
    fake_webcam: Literal["fakewebcam", "fake webcam", "fakeWebcam", "missing"] = "fakewebcam"
    type_parts: Literal["any", "plain", "file"] = "any"
    digest: Literal["plain", "capitals", "short", "missing"] = "plain"
    reference_match: bool = False
    match_order: Literal["best_first", "worst_first", "as_created"] = "best_first"
    match_status: Literal[200, 201] = 200
    liveness_status: Literal[200, 201, 202, 204] = 200
    replay_status: Literal[200, 201, 202, 204] = 201
    result_path: Literal["mode", "bare", "level"] = "mode"
    not_ready: Literal["204", "404", "PENDING", "PROCESSING", "IN_PROGRESS", "INITIALIZED"] = "404"
    dates: Literal["3", "trimmed", "0", "9", "offset"] = "3"
    error_body: Literal["json", "no_message", "gateway", "html", "empty"] = "json"
    monitor_status: Literal["ok", "OK", "missing"] = "ok"
    no_face: Literal["refused", "negative"] = "refused"
    match_faces: Literal["full", "no_digest", "bare"] = "full"
    direct_signature: bool = False
    payload: Literal["compact", "pretty_crlf", "pretty_lf", "reordered"] = "compact"
    detached: Literal["body", "compact", "trimmed", "pretty_lf", "pretty_crlf"] = "body"
    body_style: Literal["compact", "spaced", "pretty_lf", "pretty_crlf"] = "compact"
    escaped_slash: bool = False
    far_decimal: bool = False
    signed_members: tuple[str, ...] | None = None
    extra_members: bool = False
    boxes: bool = False


class Mischief(StrEnum):
    """Kinds of `faults.Fault` that only a BioServer plays; those of every HTTP simulator work as well.

    The signature, made badly over honest content:
        UNSIGNED          left out
        ALG_NONE          {"alg":"none"} without a signature
        ALG_LOWER         rightly signed, but "rs256"
        HS256             an HMAC whose secret is the public key's PEM text
        HS256_CERTIFICATE an HMAC whose secret is the certificate's PEM text
        PS256             RSA with PSS padding, saying so
        WRONG_KEY         another RSA key
        EMBEDDED_KEY      another key, offered in the header as jwk with kid, jku and x5u
        CRIT, B64         headers that change what is signed
        PADDED            base64url with its padding
        FOUR_PARTS        one part too many
        GARBLED           a signature of the right length and no meaning
        DETACHED          the payload left out where it belongs
        ATTACHED          the payload left in where the document detaches it

    A right signature over other content than the body's:
        SWAPPED_PAYLOAD   the signed payload is that of another reply of the same kind
        RAISED_SCORE      the body's score is higher than the signed one
        ADDED_MEMBER      the body says more than was signed
        LOST_MEMBER       the body says less

    A right signature over content that is not the answer to this request:
        STALE             the first genuine answer to this operation, once more
        OLD               created an hour ago
        FUTURE            created in an hour
        WRONG_DIGEST      another picture's digest (`body` chooses reference or candidate; default both)
        WRONG_CORRELATION another correlationId
        NO_CORRELATION    none
        WRONG_TYPE_OF_IMAGE  another imageType
        WRONG_ID          another session's or face's id
        NO_SCORE, NAN_SCORE, INFINITE_SCORE, TEXT_SCORE
        FAR_OFF           a rate a thousand times too high; FAR_FRACTION: the rate as a share of one
        REFERENCE_AMONG, UNSORTED   matches out of order, or with the reference among the candidates
        OTHER_REFERENCE   matches of another reference
        OTHER_MODE        a liveness result of another mode than asked for
        FAKE_WEBCAM       a liveness result that says SUCCESS and fakewebcam true

    Instead of the operation:
        TOO_MANY          429 with Retry-After: `body` (seconds or a date)
        GATEWAY           `status` 502, 503 or 504 with a page of HTML; Retry-After: `body` if given
        TOO_LARGE         413
        SESSION_ENDS      the session's time is up just before the operation
        FORGETS           says yes and deletes nothing
        ELSEWHERE         Location on the host `body`
    """

    UNSIGNED = "unsigned"
    ALG_NONE = "alg_none"
    ALG_LOWER = "alg_lower"
    HS256 = "hs256"
    HS256_CERTIFICATE = "hs256_certificate"
    PS256 = "ps256"
    WRONG_KEY = "wrong_key"
    EMBEDDED_KEY = "embedded_key"
    CRIT = "crit"
    B64 = "b64"
    PADDED = "padded"
    FOUR_PARTS = "four_parts"
    GARBLED = "garbled"
    DETACHED = "detached"
    ATTACHED = "attached"
    SWAPPED_PAYLOAD = "swapped_payload"
    RAISED_SCORE = "raised_score"
    ADDED_MEMBER = "added_member"
    LOST_MEMBER = "lost_member"
    STALE = "stale"
    OLD = "old"
    FUTURE = "future"
    WRONG_DIGEST = "wrong_digest"
    WRONG_CORRELATION = "wrong_correlation"
    NO_CORRELATION = "no_correlation"
    WRONG_TYPE_OF_IMAGE = "wrong_type_of_image"
    WRONG_ID = "wrong_id"
    NO_SCORE = "no_score"
    NAN_SCORE = "nan_score"
    INFINITE_SCORE = "infinite_score"
    TEXT_SCORE = "text_score"
    FAR_OFF = "far_off"
    FAR_FRACTION = "far_fraction"
    REFERENCE_AMONG = "reference_among"
    UNSORTED = "unsorted"
    OTHER_REFERENCE = "other_reference"
    OTHER_MODE = "other_mode"
    FAKE_WEBCAM = "fake_webcam"
    TOO_MANY = "too_many"
    GATEWAY = "gateway"
    TOO_LARGE = "too_large"
    SESSION_ENDS = "session_ends"
    FORGETS = "forgets"
    ELSEWHERE = "elsewhere"
