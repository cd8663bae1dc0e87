"""The bytes of certificates: base45, CBOR, COSE, payloads, names in Latin letters, the Merkle tree. No table, no clock."""
