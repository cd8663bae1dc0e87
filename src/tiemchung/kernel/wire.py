"""The bytes of PROTOCOL: chains, signed batches and signed requests, alike for a tablet, the server and the world.

A batch is NDJSON: a header line, then one line per entry, each ending in a newline. An entry's bytes are exactly its
line without the newline and nobody re-serializes them. All integers are big-endian, binary fields of the header are
base64url without padding. Golden vectors for every function lie in `tests/conformance/wire/`.

Keys are those of the `cryptography` package. Loading one costs more than using it: whoever checks many batches of one
device keeps the loaded key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

MAX_ENTRIES: Final = 500
"""Entries of one batch (PROTOCOL, A batch)."""
MAX_ENTRY_BYTES: Final = 16 * 1024
"""Bytes of one entry's line without its newline."""
MAX_BATCH_BYTES: Final = 1024 * 1024
"""Bytes of one batch, header and newlines included."""
MAX_HEADER_BYTES: Final = 1024
"""Bytes of a header line; the longest honest one has about 350."""
LAST_SEQUENCE: Final = 2**32 - 1
"""The highest sequence a chain can reach: it is hashed as u32. The first entry of a device has sequence 1."""

HASH_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
POINT_BYTES: Final = 65

_DEVICE: Final = b"tc/device/1"
_ENTRY: Final = b"tc/entry/1"
_BATCH: Final = b"tc/batch/1"
_REQUEST: Final = b"tc/request/1"
_ATTEST: Final = b"tc/attest/1"
_UNLOCK: Final = b"tc/unlock/1"
_FINGERPRINT: Final = b"tc/fingerprint/1"

_ECDSA: Final = ec.ECDSA(hashes.SHA256())
_UINT32: Final = struct.Struct(">I")
_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]*")
_AUTHORIZATION: Final = re.compile(
    r"TC1 device=([0-9a-f-]{36}),nonce=([A-Za-z0-9_-]{1,128}),signature=([A-Za-z0-9_-]{86})"
)


class WireCode(StrEnum):
    """Why bytes cannot be read. Each concerns the whole batch or request: nothing of it is stored."""

    BATCH_TOO_LARGE = "batch-too-large"
    HEADER_UNREADABLE = "header-unreadable"
    NO_ENTRIES = "no-entries"
    TOO_MANY_ENTRIES = "too-many-entries"
    CUT_OFF = "cut-off"
    COUNT_DIFFERS = "count-differs"
    ENTRY_TOO_LARGE = "entry-too-large"
    SEQUENCE_OUT_OF_RANGE = "sequence-out-of-range"
    NEWLINE_IN_ENTRY = "newline-in-entry"
    BASE64URL_UNREADABLE = "base64url-unreadable"
    KEY_UNREADABLE = "key-unreadable"
    AUTHORIZATION_UNREADABLE = "authorization-unreadable"


class WireError(ValueError):
    """Bytes that are not what PROTOCOL says; `code` says in which way, `detail` where."""

    def __init__(self, code: WireCode, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else str(code))
        self.code = code
        self.detail = detail


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of a batch: whose chain, from which sequence, how many, the links before and after, the proof."""

    device: UUID
    first: int
    count: int
    previous: bytes
    head: bytes
    signature: bytes

    @property
    def last(self) -> int:
        """Return the sequence of the batch's last entry."""
        return self.first + self.count - 1


class _HeaderLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    device: UUID
    first: int
    count: int
    previous: str
    head: str
    signature: str


_header_decoder: Final = msgspec.json.Decoder(_HeaderLine)


def to_base64url(raw: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """Return the bytes of unpadded base64url; raise `base64url-unreadable` for any other spelling of any bytes."""
    if not _BASE64URL.fullmatch(text):
        raise WireError(WireCode.BASE64URL_UNREADABLE)
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise WireError(WireCode.BASE64URL_UNREADABLE) from error
    if to_base64url(raw) != text:  # left-over bits that are not zero: two texts would mean the same bytes
        raise WireError(WireCode.BASE64URL_UNREADABLE)
    return raw


def genesis(device: UUID) -> bytes:
    """Return the link before a device's first entry."""
    return hashlib.sha256(_DEVICE + device.bytes).digest()


def link(previous: bytes, seq: int, line: bytes) -> bytes:
    """Return the link after one entry, given the link before it, its sequence and its bytes."""
    return hashlib.sha256(_ENTRY + previous + _UINT32.pack(seq) + line).digest()


def chain(previous: bytes, first: int, lines: Sequence[bytes]) -> bytes:
    """Return the link after all these entries, whose sequences count up from `first`."""
    sha256, pack = hashlib.sha256, _UINT32.pack
    for seq, line in enumerate(lines, first):
        previous = sha256(_ENTRY + previous + pack(seq) + line).digest()
    return previous


def sign_batch(
    lines: Sequence[bytes], *, device: UUID, first: int, previous: bytes, private_key: ec.EllipticCurvePrivateKey
) -> Header:
    """Chain the entries and sign the head; the header that comes back goes before them on the wire."""
    head = chain(previous, first, lines)
    signature = sign_head(private_key, device=device, first=first, count=len(lines), previous=previous, head=head)
    return Header(device=device, first=first, count=len(lines), previous=previous, head=head, signature=signature)


def encode_batch(
    lines: Sequence[bytes], *, device: UUID, first: int, previous: bytes, private_key: ec.EllipticCurvePrivateKey
) -> bytes:
    """Return the bytes of a signed batch of these entries; `previous` is the link before the entry `first`."""
    header = sign_batch(lines, device=device, first=first, previous=previous, private_key=private_key)
    return frame(header, lines)


def frame(header: Header, lines: Sequence[bytes]) -> bytes:
    """Return a header and the entries it signs as they go over the wire, ending in a newline."""
    for number, line in enumerate(lines):
        if b"\n" in line:
            raise WireError(WireCode.NEWLINE_IN_ENTRY, f"entry {number}")
    told = _HeaderLine(
        device=header.device,
        first=header.first,
        count=header.count,
        previous=to_base64url(header.previous),
        head=to_base64url(header.head),
        signature=to_base64url(header.signature),
    )
    return b"\n".join([msgspec.json.encode(told), *lines, b""])


def parse_batch(batch: bytes, *, max_line_bytes: int = MAX_ENTRY_BYTES) -> tuple[Header, list[bytes]]:
    """Split a batch into its header and the bytes of its entries, within the limits; neither is checked for truth.

    Every line ends in a newline, the last one too. What an entry's line holds is not looked at: an unreadable entry is
    set aside by itself and spoils no batch. Sealed lines are longer than what they hold.
    """
    if len(batch) > MAX_BATCH_BYTES:
        raise WireError(WireCode.BATCH_TOO_LARGE, f"{len(batch)} bytes, at most {MAX_BATCH_BYTES}")
    header_line, *lines = batch.split(b"\n")
    header = parse_header(header_line)
    if not lines or lines.pop():
        raise WireError(WireCode.CUT_OFF, "every line ends in a newline, the last one too")
    if len(lines) != header.count:
        raise WireError(WireCode.COUNT_DIFFERS, f"{header.count} told, {len(lines)} here")
    if max(map(len, lines)) > max_line_bytes:
        number = next(number for number, line in enumerate(lines) if len(line) > max_line_bytes)
        raise WireError(WireCode.ENTRY_TOO_LARGE, f"sequence {header.first + number}: {len(lines[number])} bytes")
    return header, lines


def batches_in(content: bytes) -> Iterator[bytes]:
    """Cut a file of batches, one after the other, where their headers say; raise for what is none, or was cut off."""
    at = 0
    while True:
        end = content.find(b"\n", at) + 1
        if not end:
            raise WireError(WireCode.CUT_OFF, "a header without an end")
        for _ in range(parse_header(content[at : end - 1]).count):
            end = content.find(b"\n", end) + 1
            if not end:
                raise WireError(WireCode.CUT_OFF, "fewer lines than told")
        yield content[at:end]
        at = end
        if at == len(content):
            return


def device_of(batch: bytes) -> UUID:
    """Return whose batch this says to be; nothing of it is checked but that its header can be read."""
    return parse_header(batch.partition(b"\n")[0]).device


def parse_header(line: bytes) -> Header:
    """Return the header that a batch's first line tells, without its newline; raise for what is none."""
    if len(line) > MAX_HEADER_BYTES:
        raise WireError(WireCode.HEADER_UNREADABLE, f"{len(line)} bytes")
    try:
        told = _header_decoder.decode(line)
        previous, head, signature = map(from_base64url, (told.previous, told.head, told.signature))
    except (msgspec.DecodeError, UnicodeDecodeError, WireError) as error:
        raise WireError(WireCode.HEADER_UNREADABLE, str(error)) from error
    if (len(previous), len(head), len(signature)) != (HASH_BYTES, HASH_BYTES, SIGNATURE_BYTES):
        raise WireError(WireCode.HEADER_UNREADABLE, "a link has 32 bytes and a signature 64")
    if told.count < 1:
        raise WireError(WireCode.NO_ENTRIES)
    if told.count > MAX_ENTRIES:
        raise WireError(WireCode.TOO_MANY_ENTRIES, f"{told.count} entries, at most {MAX_ENTRIES}")
    if told.first < 1 or told.first + told.count - 1 > LAST_SEQUENCE:
        raise WireError(WireCode.SEQUENCE_OUT_OF_RANGE, f"first {told.first}")
    return Header(
        device=told.device, first=told.first, count=told.count, previous=previous, head=head, signature=signature
    )


def head_message(*, device: UUID, first: int, count: int, previous: bytes, head: bytes) -> bytes:
    """Return the bytes that a batch's signature covers."""
    return _BATCH + device.bytes + struct.pack(">IH", first, count) + previous + head


def sign_head(
    private_key: ec.EllipticCurvePrivateKey, *, device: UUID, first: int, count: int, previous: bytes, head: bytes
) -> bytes:
    """Sign the head of a batch; 64 bytes, r then s."""
    return sign(private_key, head_message(device=device, first=first, count=count, previous=previous, head=head))


def verify_head(public_key: ec.EllipticCurvePublicKey, header: Header) -> bool:
    """Tell whether this key signed the header's head. That the entries lead to that head is `chain`'s to say."""
    message = head_message(
        device=header.device, first=header.first, count=header.count, previous=header.previous, head=header.head
    )
    return verify(public_key, message, header.signature)


def request_message(method: str, path: str, nonce: str) -> bytes:
    """Return the bytes that a request's signature covers.

    After the tag each of the three texts stands as u16 length and UTF-8 bytes, so that none can run into the next.
    The method is upper-case; the path is the request target as sent, query included.
    """
    message = _REQUEST
    for text in (method, path, nonce):
        raw = text.encode()
        message += struct.pack(">H", len(raw)) + raw
    return message


def sign_request(private_key: ec.EllipticCurvePrivateKey, *, method: str, path: str, nonce: str) -> bytes:
    """Sign a request other than a batch with the server's nonce; 64 bytes, r then s."""
    return sign(private_key, request_message(method, path, nonce))


def verify_request(
    public_key: ec.EllipticCurvePublicKey, signature: bytes, *, method: str, path: str, nonce: str
) -> bool:
    """Tell whether this key signed this request; whether the nonce is ours and fresh is the server's to say."""
    return verify(public_key, request_message(method, path, nonce), signature)


def encode_authorization(device: UUID, *, nonce: str, signature: bytes) -> str:
    """Return the value of the Authorization header of a signed request."""
    return f"TC1 device={device},nonce={nonce},signature={to_base64url(signature)}"


def parse_authorization(value: str) -> tuple[UUID, str, bytes]:
    """Return device, nonce and signature of an Authorization header; raise `authorization-unreadable`."""
    match = _AUTHORIZATION.fullmatch(value)
    if match is None:
        raise WireError(WireCode.AUTHORIZATION_UNREADABLE)
    device, nonce, signature = match.groups()
    try:
        return UUID(device), nonce, from_base64url(signature)
    except ValueError as error:
        raise WireError(WireCode.AUTHORIZATION_UNREADABLE) from error


def day_challenge(*, site: str, day: date, lines_hash: bytes) -> bytes:
    """Return the WebAuthn challenge by which a lead attests the lines of one site's day; the hash has 32 bytes."""
    return hashlib.sha256(_ATTEST + site.encode() + day.isoformat().encode() + lines_hash).digest()


def doses_challenge(doses: Sequence[UUID]) -> bytes:
    """Return the WebAuthn challenge by which a second person attests these doses, in this order."""
    return hashlib.sha256(_ATTEST + b"".join(dose.bytes for dose in doses)).digest()


def unlock_challenge(device: UUID, staff: UUID, *, nonce: str) -> bytes:
    """Return the WebAuthn challenge by which somebody on the staff says that they may unlock this tablet."""
    return hashlib.sha256(_UNLOCK + device.bytes + staff.bytes + nonce.encode()).digest()


def fingerprint(point: bytes) -> str:
    """Return the six digits that tablet and server show for a public key: u32 of a tagged SHA-256, modulo a million.

    Six digits tell two tablets of a hall apart. They do not withstand somebody who makes keys until one fits; against
    that stand the one-time enrollment code and TLS.
    """
    digest = hashlib.sha256(_FINGERPRINT + point).digest()
    return f"{_UINT32.unpack(digest[:4])[0] % 1_000_000:06d}"


def load_public_key(point: bytes) -> ec.EllipticCurvePublicKey:
    """Return the key of an uncompressed P-256 point of 65 bytes; raise `key-unreadable` for anything else."""
    if len(point) != POINT_BYTES:
        raise WireError(WireCode.KEY_UNREADABLE, f"{len(point)} bytes")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as error:
        raise WireError(WireCode.KEY_UNREADABLE, "not a point of P-256") from error


def dump_public_key(key: ec.EllipticCurvePublicKey) -> bytes:
    """Return the uncompressed point of a P-256 key, 65 bytes."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def sign(private_key: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    """Sign with ECDSA P-256 and SHA-256; 64 bytes, r then s, as WebCrypto gives them."""
    r, s = decode_dss_signature(private_key.sign(message, _ECDSA))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def verify(public_key: ec.EllipticCurvePublicKey, message: bytes, signature: bytes) -> bool:
    """Tell whether this key signed the message; a signature of any other length than 64 bytes is a wrong one."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        public_key.verify(encode_dss_signature(r, s), message, _ECDSA)
    except InvalidSignature:
        return False
    return True
