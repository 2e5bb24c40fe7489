"""Text to candidate pairs: encode records, find their nearest neighbours, add pairs that share a key."""

from blocking.candidates import CandidateReport, SourceCount, make_candidates, make_link_candidates
from blocking.encoders import Encoder, HashedEncoder
from blocking.errors import BlockingError
from blocking.fields import RecordEncoder, embed
from blocking.hubs import Neighbours, link_neighbours
from blocking.index import IndexReport, nearest
from blocking.keys import key_pairs, link_key_pairs
from blocking.quality import pair_completeness, pairs_quality, reduction_ratio
from blocking.text import compose, short_columns

__all__ = [
    "BlockingError",
    "CandidateReport",
    "Encoder",
    "HashedEncoder",
    "IndexReport",
    "Neighbours",
    "RecordEncoder",
    "SourceCount",
    "compose",
    "embed",
    "key_pairs",
    "link_key_pairs",
    "link_neighbours",
    "make_candidates",
    "make_link_candidates",
    "nearest",
    "pair_completeness",
    "pairs_quality",
    "reduction_ratio",
    "short_columns",
]
