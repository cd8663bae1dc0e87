"""What a citizen can show: issue, sign, revoke, verify, the trust list and the transparency log."""
