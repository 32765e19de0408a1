"""Gives words that British and American English spell differently one form, so that their stems agree."""

import re

_OUR = re.compile(r"^(behavi|col|fav|flav|hon|lab|neighb)our")
_ISE = re.compile(r"(?<=^[a-z]{3})([a-z]*[lmnrt])is(?=(?:e|es|ed|er|ers|ing|ation|ations)$)")
_YZE = re.compile(r"(anal|paral)yz(?=(?:e|es|ed|er|ers|ing)$)")
_WHOLE = {"centre": "center", "centres": "centers", "catalogue": "catalog", "catalogues": "catalogs", "programme": "program"}


def one_spelling(word: str) -> str:
    """Map a lower-case word to the form that both spellings share; the form need not be correct in either.

    Only endings after l, m, n, r or t change (normalise, optimise): "precise" and "revise" have kin in -ision.
    """
    shared = _YZE.sub(r"\1ys", _ISE.sub(r"\1iz", _OUR.sub(r"\1or", word)))
    return _WHOLE.get(shared, shared)
