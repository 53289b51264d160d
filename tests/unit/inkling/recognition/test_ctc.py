"""CTC decoding, against the sums over all alignments of small outputs."""

from itertools import product

import numpy as np
import pytest

from inkling.recognition.ctc import Symbols, greedy_symbols, search_symbols, sequence_log_likelihoods

STEPS, BLANK = 5, 3


def make_output(seed: int) -> np.ndarray:
    """Random log probabilities, float32 (5, 4)."""
    probabilities = np.random.default_rng(seed).dirichlet(np.full(BLANK + 1, 0.5), STEPS)
    return np.log(np.maximum(probabilities, 1e-12)).astype(np.float32)


def sum_alignments(log_probabilities: np.ndarray) -> dict[Symbols, float]:
    """The log likelihood of every sequence, by enumeration."""
    totals: dict[Symbols, float] = {}
    for path in product(range(BLANK + 1), repeat=STEPS):
        symbols = tuple(k for i, k in enumerate(path) if k != BLANK and (i == 0 or k != path[i - 1]))
        log = float(sum(log_probabilities[step, symbol] for step, symbol in enumerate(path)))
        totals[symbols] = float(np.logaddexp(totals.get(symbols, -np.inf), log))
    return totals


@pytest.mark.parametrize("seed", range(10))
def test_likelihoods_sum_over_all_alignments(seed: int) -> None:
    """Also of repeated symbols, which need a blank between them, and of the empty sequence."""
    output = make_output(seed)
    totals = sum_alignments(output)
    np.testing.assert_allclose(sequence_log_likelihoods(output, list(totals)), list(totals.values()), rtol=1e-4)
    assert np.exp(sequence_log_likelihoods(output, list(totals))).sum() == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("seed", range(10))
def test_a_wide_beam_finds_the_best_sequences_in_order(seed: int) -> None:
    """Unlikely symbols are left out, which doesn't matter for the best ones."""
    output = make_output(seed)
    totals = sum_alignments(output)
    assert search_symbols(output, 200)[:2] == sorted(totals, key=lambda symbols: -totals[symbols])[:2]
    assert len(search_symbols(output, 3)) == 3


def test_an_impossible_sequence_is_very_unlikely() -> None:
    """Three equal symbols need five steps, and four need seven."""
    three, four = sequence_log_likelihoods(make_output(0), [(1, 1, 1), (1, 1, 1, 1)])
    assert three > -1e8
    assert four < -1e8


def test_greedy_symbols_merge_repetitions() -> None:
    """Between blanks, a symbol counts again."""
    best = [3, 1, 1, 3, 1, 2, 2, 3]
    assert greedy_symbols(np.eye(4, dtype=np.float32)[best]) == (1, 1, 2)
