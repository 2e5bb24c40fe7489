"""Splink with its DuckDB backend, following its tutorials: comparisons, order of training and thresholds.

persons: as in "deduplicate 50k synthetic" and "febrl3": ForenameSurname and DateOfBirth comparisons, Levenshtein on
address and phone, term frequencies, nine blocking rules. Town is left out of the comparisons because postcode
predicts it, which the documentation advises against. m by expectation maximisation in two passes.
catalogue: as in "matching businesses", for names that are bags of words: blocking on the rarest tokens; tokens not
shared, tokens with digits, the rarest token, brand and price are compared; m is not trained, as there; three ways of
training it gave F1 of 0.03 to 0.06 at 10,000 rows, no better. The documentation says that Splink is not designed for
a single column with a bag of words.
Prior from deterministic rules, u from 1e6 random pairs (the default), clusters at a probability of 0.95.
"""

from __future__ import annotations

from typing import Any

import duckdb
import splink.comparison_library as cl
from exchange import arguments
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

SAMPLED_PAIRS = 1e6
TRAINING_PAIRS = 1e7
CLUSTERED_FROM = 0.95
TOKENS = r"""
create table tokens as
select id, unnest(list_distinct(regexp_extract_all(lower(title), '[a-z0-9./'']+'))) as token from raw;
create table frequencies as
select token, count(*)::float / (select count(*) from tokens) as rel_freq from tokens group by token;
create table listed as
select id,
    list(token order by rel_freq, token) as tokens,
    coalesce(list(token order by token) filter (regexp_matches(token, '[0-9]')), []) as numbers
from tokens join frequencies using (token) group by id;
create table records as
select id as unique_id, lower(title) as title, lower(brand) as brand, try_cast(price as double) as price,
    tokens, array_to_string(numbers, ' ') as numbers,
    tokens[1] as rare_1, tokens[2] as rare_2, tokens[3] as rare_3
from raw left join listed using (id)
"""
PERSONS = """
create table records as
select id as unique_id, given_name, surname, given_name || ' ' || surname as full_name,
    date_of_birth, address, postcode, phone
from raw
"""


def persons() -> tuple[SettingsCreator, list[Any], list[Any]]:
    """Settings, deterministic rules, and blocking rules of the two passes of training."""
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("phone"),
            block_on("address"),
            block_on("given_name", "surname"),
            block_on("surname", "date_of_birth"),
            block_on("given_name", "date_of_birth"),
            block_on("postcode", "surname"),
            block_on("postcode", "date_of_birth"),
            block_on("postcode", "substr(surname, 1, 3)", "substr(given_name, 1, 3)"),
            block_on("substr(given_name, 1, 2)", "substr(surname, 1, 2)", "substr(date_of_birth, 1, 4)"),
        ],
        comparisons=[
            cl.ForenameSurnameComparison("given_name", "surname", forename_surname_concat_col_name="full_name"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True),
            cl.LevenshteinAtThresholds("address", [1, 2]).configure(term_frequency_adjustments=True),
            cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("phone", [1, 2]),
        ],
    )
    deterministic = [
        block_on("given_name", "surname", "date_of_birth"),
        block_on("given_name", "surname", "address"),
        block_on("phone"),
    ]
    return settings, deterministic, [block_on("given_name", "surname"), block_on("date_of_birth")]


def unshared_tokens(most: int) -> dict[str, str]:
    """A level of pairs with no more than so many tokens that the other title has not, on either side."""
    shared = "len(list_intersect(tokens_l, tokens_r))"
    return {
        "sql_condition": f"greatest(len(tokens_l), len(tokens_r)) - {shared} <= {most}",
        "label_for_charts": f"{most}",
    }


def close_price(share: float) -> dict[str, str]:
    """A level of pairs whose prices differ by no more than a share of the larger."""
    condition = f"abs(price_l - price_r) <= {share} * greatest(price_l, price_r)"
    return {"sql_condition": condition, "label_for_charts": f"within {share}"}


def otherwise(column: str, levels: list[dict[str, str]]) -> dict[str, Any]:
    """A comparison: missing, then the levels, then everything else."""
    missing = {
        "sql_condition": f"{column}_l is null or {column}_r is null",
        "label_for_charts": "missing",
        "is_null_level": True,
    }
    rest = {"sql_condition": "else", "label_for_charts": "all other"}
    return {"output_column_name": column, "comparison_levels": [missing, *levels, rest]}


def catalogue() -> tuple[SettingsCreator, list[Any], list[Any]]:
    """Settings, deterministic rules, and blocking rules of the two passes of training."""
    rare = ("rare_1", "rare_2", "rare_3")
    crossed = [f"l.{one} = r.{other} and l.price = r.price" for one in rare for other in rare if one != other]
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("title"),
            block_on("rare_1", "rare_2"),
            block_on("rare_2", "rare_3"),
            "l.rare_1 = r.rare_2 and l.rare_2 = r.rare_1",
            "l.rare_1 = r.rare_2 and l.rare_2 = r.rare_3",
            "l.rare_2 = r.rare_1 and l.rare_3 = r.rare_2",
            block_on("rare_1", "brand", "numbers"),
            block_on("rare_1", "price"),
            block_on("brand", "price"),
            *crossed,
        ],
        comparisons=[
            otherwise("tokens", [unshared_tokens(most) for most in (0, 1, 2, 4)]),
            cl.ExactMatch("numbers").configure(term_frequency_adjustments=True),
            cl.ExactMatch("rare_1").configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("brand", [0.9]).configure(term_frequency_adjustments=True),
            otherwise("price", [close_price(share) for share in (0.001, 0.02, 0.08)]),
        ],
    )
    deterministic = [block_on("title")]
    return settings, deterministic, []


def main() -> None:
    """Match one table."""
    options = arguments(__doc__)
    connection = duckdb.connect()
    connection.execute(
        "create table raw as select * from read_csv(?, header = true, all_varchar = true)", [str(options.records)]
    )
    connection.execute(PERSONS if options.kind == "persons" else TOKENS)
    settings, deterministic, training = persons() if options.kind == "persons" else catalogue()
    linker = Linker(DuckDBAPI(connection=connection).register(connection.table("records")), settings)
    linker.training.estimate_probability_two_random_records_match(deterministic, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=SAMPLED_PAIRS, seed=1)
    for rule in training:
        linker.training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=TRAINING_PAIRS)
    pairs = linker.inference.predict(threshold_match_probability=CLUSTERED_FROM)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        pairs, threshold_match_probability=CLUSTERED_FROM
    )
    connection.execute(
        f"copy (select unique_id as id, cluster_id from {clusters.physical_name}) to '{options.answer}' (header)"
    )


if __name__ == "__main__":
    main()
