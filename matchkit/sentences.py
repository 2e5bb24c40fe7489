"""Why two rows are, or are not, one item or one family: one sentence."""

from __future__ import annotations

from matchkit.explanation import ONE_SIDED, PARTLY, SAME, Explanation, Fact, named
from matchkit.outcome import DOUBT
from matchkit.paircase import PairCase
from matchkit.reasons import shown_name

_EVEN = 0.5


def sentence(found: Explanation, case: PairCase, families: bool) -> str:
    """Put what was found into words.

    Parameters
    ----------
    found
        All but the sentence.
    case
        How the pair was compared.
    families
        Whether the run looked for variation families; else for duplicates.
    """
    both = f"{found.left} and {found.right}"
    if case.pair is None:
        return f"{both} are the same item: the rows say the same in everything that is compared."
    if found.label == "exact_duplicate":
        clauses = [*_equal(case), case.reason]
        return f"{both} are the same item: {'; '.join(clauses)}{_in_doubt(found, case, found.p_exact)}."
    if found.label == "variant":
        return f"{both} are one family but not the same item: {_variant(found, case)}."
    if case.never is not None:
        return f"{both} were never compared, because {case.never}, so they are neither the same item nor one family."
    return f"{both} are neither the same item nor one family: {_different(found, case, families)}."


def _variant(found: Explanation, case: PairCase) -> str:
    clauses = [case.reason]
    if not case.differs_in:
        clauses += _unequal(case) or [f"that they are the same item is not likely enough ({shown(found.p_exact)})"]
    return "; ".join(clauses) + _in_doubt(found, case, found.p_family)


def _equal(case: PairCase) -> list[str]:
    """What both rows of one item state of what tells items apart."""
    same = [f"{fact.name} ({fact.left})" for fact in _telling(case) if fact.agreement == SAME]
    return [f"same {', '.join(same)}"] if same else []


def _unequal(case: PairCase) -> list[str]:
    """What may tell two items apart that is in no conflict."""
    facts = _telling(case)
    one_sided = [f"{fact.name} ({fact.left or fact.right})" for fact in facts if fact.agreement == ONE_SIDED]
    partly = [f"{fact.name} ({fact.left} / {fact.right})" for fact in facts if fact.agreement == PARTLY]
    clauses = [f"only one of them states {named(one_sided)}"] if one_sided else []
    return [*clauses, f"they do not say the same of {named(partly)}"] if partly else clauses


def _telling(case: PairCase) -> list[Fact]:
    """What was read that tells items of one product apart."""
    assert case.pair is not None
    ignored = {shown_name(name) for name in case.pair.comparer.view.ignored.columns}
    return [fact for fact in case.read if fact.name in ignored]


def _in_doubt(found: Explanation, case: PairCase, likely: float) -> str:
    """What holds the rows together where their own pair does not."""
    if found.apart:
        held = f"; {named(found.apart)}, yet they were put together through others"
        return held + (f", the weakest link of which is {_weakest(found)}" if found.chain else "")
    if likely >= DOUBT[1]:
        return ""
    if likely >= _EVEN and not found.chain:
        return f"; this is likely enough, but in doubt ({shown(likely)})"
    alone = f"; by themselves they {'are in doubt' if likely > DOUBT[0] else 'do not look it'} ({shown(likely)})"
    if case.folded:
        return f"{alone}, but the texts are the same once what is ignored is taken away"
    if found.chain:
        through = [link.right for link in found.chain[:-1]]
        return f"{alone}, but {_through(through)} (weakest link {_weakest(found)})"
    return f"{alone}, but together with the rest of their group they are likely enough"


def _through(names: list[str]) -> str:
    if len(names) == 1:
        return f"{names[0]} holds them together"
    return f"{named(names) if len(names) == 2 else f'{len(names)} others'} hold them together"


def _weakest(found: Explanation) -> str:
    return shown(min(link.probability for link in found.chain))


def _different(found: Explanation, case: PairCase, families: bool) -> str:
    if found.apart:
        return f"{named(found.apart)}; {case.reason}"
    likely = f"{case.reason}; one product with probability {shown(found.p_family)}"
    if found.p_family < _EVEN:
        return likely
    if case.between:
        return f"{likely}, but the rows that each is with are kept apart, for {case.between}"
    if case.notes and families:
        return f"{likely}, but {case.notes[0]}, which speaks against one product"
    return f"{likely} by themselves, but the groups they are in have too little in common"


def shown(probability: float) -> str:
    """A probability with four decimals, and as more or less than these where it is not quite 0 or 1."""
    if 0 < probability < 0.00005:
        return "< 0.0001"
    return "> 0.9999" if 0.99995 <= probability < 1 else f"{probability:.4f}"
