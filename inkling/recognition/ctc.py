"""Decoding of the output of a line network by CTC (Graves, Fernández, Gomez, Schmidhuber 2006).

Log probabilities are float32 (steps, symbols + 1), natural logarithms; the last symbol is the blank.
"""

from collections.abc import Sequence

import numpy as np

MIN_LOG = -1e9
"""Stands for the logarithm of 0, so that differences stay finite."""

MIN_SYMBOL_LOG = np.log(1e-3)
"""Symbols that are less likely than this in a step are not examined by the beam search."""

Symbols = tuple[int, ...]


def greedy_symbols(log_probabilities: np.ndarray) -> Symbols:
    """The symbols of the most likely symbol of each step: repetitions are merged, then blanks removed."""
    blank = log_probabilities.shape[1] - 1
    best = log_probabilities.argmax(1)
    starts = np.r_[True, best[1:] != best[:-1]]
    return tuple(best[starts & (best != blank)].tolist())


def search_symbols(log_probabilities: np.ndarray, beam: int) -> list[Symbols]:
    """The most likely sequences found by a prefix beam search (Hannun, Maas, Jurafsky, Ng 2014), at most `beam`, best first."""
    blank = log_probabilities.shape[1] - 1
    prefixes: dict[Symbols, tuple[float, float]] = {(): (0.0, MIN_LOG)}  # log probability of ending in a blank, and not
    for row in log_probabilities:
        likely = [(symbol, float(row[symbol])) for symbol in np.flatnonzero(row[:blank] > MIN_SYMBOL_LOG).tolist()]
        blank_log = float(row[blank])
        extended: dict[Symbols, tuple[float, float]] = {}

        def add(prefix: Symbols, ends_blank: float, ends_symbol: float, into: dict[Symbols, tuple[float, float]]) -> None:
            before = into.get(prefix, (MIN_LOG, MIN_LOG))
            into[prefix] = _log_sum(before[0], ends_blank), _log_sum(before[1], ends_symbol)

        for prefix, (ends_blank, ends_symbol) in prefixes.items():
            total = _log_sum(ends_blank, ends_symbol)
            repeated = ends_symbol + float(row[prefix[-1]]) if prefix else MIN_LOG
            add(prefix, total + blank_log, repeated, extended)
            for symbol, symbol_log in likely:
                is_repeated = bool(prefix) and prefix[-1] == symbol
                add((*prefix, symbol), MIN_LOG, (ends_blank if is_repeated else total) + symbol_log, extended)
        best = sorted(extended.items(), key=lambda entry: -_log_sum(*entry[1]))
        prefixes = dict(best[:beam])
    return list(prefixes)


def sequence_log_likelihoods(log_probabilities: np.ndarray, sequences: Sequence[Symbols]) -> np.ndarray:
    """The log likelihood of each sequence of symbols, summed over its alignments: float64 (n,). The forward algorithm."""
    blank = log_probabilities.shape[1] - 1
    lengths = np.array([len(each) for each in sequences])
    states = np.full((len(sequences), 2 * int(lengths.max()) + 1), blank)  # blank, symbol, blank, symbol, ..., blank
    for row, symbols in zip(states, sequences, strict=True):
        row[1 : 2 * len(symbols) : 2] = symbols
    can_skip = np.zeros(states.shape, bool)  # the blank between two different symbols
    can_skip[:, 2:] = (states[:, 2:] != blank) & (states[:, 2:] != states[:, :-2])
    emissions = log_probabilities.astype(np.float64)[:, states]  # (steps, n, states)
    forward = np.full(states.shape, MIN_LOG)
    forward[:, :2] = emissions[0][:, :2]
    for emission in emissions[1:]:
        moved, skipped = np.full(states.shape, MIN_LOG), np.full(states.shape, MIN_LOG)
        moved[:, 1:] = forward[:, :-1]
        skipped[:, 2:] = np.where(can_skip[:, 2:], forward[:, :-2], MIN_LOG)
        forward = np.logaddexp(np.logaddexp(forward, moved), skipped) + emission
    rows = np.arange(len(sequences))
    last = forward[rows, 2 * lengths]
    before_last = forward[rows, np.maximum(2 * lengths - 1, 0)]
    likelihoods: np.ndarray = np.where(lengths > 0, np.logaddexp(last, before_last), last)
    return likelihoods


def _log_sum(a: float, b: float) -> float:
    high, low = (a, b) if a > b else (b, a)
    return high + float(np.log1p(np.exp(low - high))) if low > MIN_LOG / 2 else high
