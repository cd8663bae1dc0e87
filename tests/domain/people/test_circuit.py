from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from tiemchung.domain.people.engine.circuit import FAILURES, WAITS_S, Circuit, waits_s

NOW = datetime(2021, 10, 4, 2, 0, tzinfo=UTC)


def failed(circuit: Circuit, times: int, *, now: datetime = NOW) -> Circuit:
    for _ in range(times):
        circuit = circuit.after_failure(now)
    return circuit


def test_a_few_failures_stop_nobody_and_an_answer_forgets_them() -> None:
    circuit = failed(Circuit(), FAILURES - 1)
    assert circuit.may_ask(NOW)
    assert failed(circuit.after_answer(), FAILURES - 1).may_ask(NOW)


def test_five_in_a_row_open_the_circuit_for_a_minute() -> None:
    circuit = failed(Circuit(), FAILURES)
    assert not circuit.may_ask(NOW)
    assert not circuit.may_ask(NOW + timedelta(seconds=59))
    assert circuit.may_ask(NOW + timedelta(minutes=1))


def test_each_failed_trial_doubles_the_pause_to_a_quarter_of_an_hour() -> None:
    circuit, now, pauses = failed(Circuit(), FAILURES), NOW, []
    for _ in range(7):
        assert circuit.until is not None
        pauses.append(circuit.until - now)
        now = circuit.until
        circuit = circuit.after_failure(now)
    minutes = [pause / timedelta(minutes=1) for pause in pauses]
    assert minutes == [1, 2, 4, 8, 15, 15, 15]
    assert circuit.after_answer() == Circuit()


def test_the_registers_own_word_is_waited_for_and_is_no_failure() -> None:
    circuit = failed(Circuit(), FAILURES - 1).after_word(NOW, wait_s=7200)
    assert not circuit.may_ask(NOW + timedelta(seconds=7199))
    later = NOW + timedelta(seconds=7200)
    assert circuit.may_ask(later)
    assert not circuit.after_failure(later).may_ask(later)


def test_the_waits_between_tries_differ_by_chance_and_never_fall_short() -> None:
    drawn = [waits_s(Random(seed)) for seed in range(50)]
    assert len({tuple(waits) for waits in drawn}) == 50
    for waits in drawn:
        assert all(least <= wait <= 1.5 * least for wait, least in zip(waits, WAITS_S, strict=True))
