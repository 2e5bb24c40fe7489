"""Two records to features: comparable values, and how much each attribute of a pair agrees."""

from pairs.codes import code_tokens
from pairs.numbers import measures, number_tokens, parse_number, relative_gap
from pairs.variation import canonical_value, conflict, read_values

__all__ = [
    "canonical_value",
    "code_tokens",
    "conflict",
    "measures",
    "number_tokens",
    "parse_number",
    "read_values",
    "relative_gap",
]
