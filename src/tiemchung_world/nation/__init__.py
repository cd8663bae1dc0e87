"""A population with what is written about it: the truth, the register's copy, a list and the platform's older records.

Read it in this order: `noise` (how much goes wrong, as a file says), `kinship` (twins and namesakes), `written` (what a
row says), `sheets` (text, quickly), `generate` (the command `tiemchung population generate`).
"""
