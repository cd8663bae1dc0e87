"""The national population database, simulated: it says whether a number, a name, a birth date and a sex belong together.

Read it in this order: `store` (who there is, in a SQLite file of its own), `limits` (who may ask, how much, and when
nobody may), `service` (questions and answers, without a network), `command` (the HTTP server of `tiemchung
population-register`). The interface is `tiemchung.kernel.register`, described in `docs/operations/population-register.md`.
"""
