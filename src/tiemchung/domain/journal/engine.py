"""How entries' bytes lie in the tables: deflated, one by one or many in a block, and the Merkle tree over digests."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from uuid import UUID

from tiemchung.kernel import wire

_WORDS = (
    b'"how":"card-scanned""how":"document-seen""how":"known-to-officer""how":"told","document":"personal-number"'
    b'"severity":"mild","actions":[],"onset":"","signs":[]"reason":null,"lines":null"form":"consent_1535","agreed":true,'
    b'"guardian_name":null,"guardian_phone":null"kind":"vial-opened","doses":10,"reason":null"kind":"vial-wasted"'
    b'"state":"well","minutes":30"kind":"released""kind":"observed""kind":"consented""kind":"identified"'
    b'"campaign_session":null,"appointment":null,"ticket":"","block":{"name":"Nguy\xe1\xbb\x85n Th\xe1\xbb\x8b ","born":"19",'
    b'"sex":"female","sex":"male","identifiers":[{"kind":"personal-number","value":"079"}],"phone":"09","commune":"2'
    b'"target_group":null}"kind":"arrived""kind":"screened","form":"adult_4355","answers":{},"vitals":{"temp_c":36.'
    b'"pulse_bpm":,"systolic_mmhg":1,"diastolic_mmhg":,"respiration_per_min":,"spo2_percent":9"conclusion":"eligible_now"'
    b',"reasons":[]{"kind":"dose-given","id":"017b","at":"2021-09-1T0.000Z","schema":1,"seq":,"offset_ms":,"site":"79-0'
    b'","staff":"017b-7","visit":"017b","person":"017b","product":"az","product":"pfizer","lot":"","vial":"","volume_ml":0.5'
    b',"arm":"left","dose_number_told":1,"vaccinator":"017b","recorder":null}'
)
"""Words of an entry, the commonest last (zlib reads a dictionary backwards). Changing them needs a new format number."""

_FORMAT = b"\x01"
_WINDOW = -11
"""Raw deflate over 2 KB, which holds our words and a line: half the time of the usual 32 KB, the same size."""
_WIDEST = -15
_SQUEEZER = zlib.compressobj(1, zlib.DEFLATED, _WINDOW, 4, zlib.Z_DEFAULT_STRATEGY, _WORDS)


def pack(line: bytes) -> bytes:
    """Return an entry's bytes as they are stored: a format byte, then deflate with our dictionary."""
    squeezer = _SQUEEZER.copy()
    return _FORMAT + squeezer.compress(line) + squeezer.flush()


def unpack(stored: bytes) -> bytes:
    """Return the exact bytes that were packed."""
    if stored[:1] != _FORMAT:
        raise ValueError(f"an entry stored in unknown format {stored[:1]!r}")
    return zlib.decompressobj(_WIDEST, _WORDS).decompress(stored[1:])


BLOCK_SPAN = 32
"""So many neighbors of one chain lie in one block: deflated together they take a third of the room and a sixth of the time
that they take one by one, and whoever reads one of them inflates no more than these."""

_BLOCK_FORMAT = b"\x02"
_BLOCK_WINDOW = -14
_LARGEST_BLOCK = BLOCK_SPAN * (wire.MAX_ENTRY_BYTES + 1)


def pack_block(lines: Sequence[bytes]) -> bytes:
    """Return lines that hold no newline as they are stored together; a place that nothing holds is an empty line."""
    squeezer = zlib.compressobj(1, zlib.DEFLATED, _BLOCK_WINDOW, 8, zlib.Z_DEFAULT_STRATEGY, _WORDS)
    return _BLOCK_FORMAT + squeezer.compress(b"\n".join(lines)) + squeezer.flush()


def unpack_block(stored: bytes) -> list[bytes]:
    """Return the exact lines that were packed."""
    if stored[:1] != _BLOCK_FORMAT:
        raise ValueError(f"a block stored in unknown format {stored[:1]!r}")
    return zlib.decompressobj(_WIDEST, _WORDS).decompress(stored[1:], _LARGEST_BLOCK).split(b"\n")


def block_name(device: UUID, first: int) -> bytes:
    """Return what ties a sealed block to its row: whose chain it is, and with which sequence it begins."""
    return b"journal-block" + device.bytes + first.to_bytes(4, "big")


def merkle_root(digests: Sequence[bytes]) -> bytes:
    """Return the root over these digests, in order, as RFC 6962 section 2.1 builds it; of none, the hash of nothing."""
    if not digests:
        return hashlib.sha256(b"").digest()
    level = [hashlib.sha256(b"\0" + digest).digest() for digest in digests]
    while len(level) > 1:
        paired = [hashlib.sha256(b"\1" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        # An odd last node rises unchanged, which gives RFC 6962's split at the largest power of two.
        level = paired + level[len(level) - len(level) % 2 :]
    return level[0]
