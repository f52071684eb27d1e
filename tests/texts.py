"""Texts and values that want to be something else: expressions, templates, YAML. For Hypothesis."""

from __future__ import annotations

import unicodedata
from typing import Any

from hypothesis import strategies as st

NASTY = ["${", "%{", "$${", "%%{", "$", "%", "{{", "}}", "}", '"', "'", "\\", "\n", "---", ": "]
NASTY += ["- ", "#", "&a", "*a", "!!", "~", "{{- end }}", "{{ .Values }}", "${file(1)}", "<<"]
NASTY += ["${TfToken[TOKEN.0]}", "#{TfToken[TOKEN.0]}", "&{TfToken[TOKEN.0]}", "é", "\r"]
WORDS = st.lists(st.sampled_from([*NASTY, "a", "0"]), max_size=8).map("".join)
ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
# Terraform keeps texts in Unicode's normal form C.
TEXTS = WORDS | ANY.map(lambda text: unicodedata.normalize("NFC", text))


def trees(texts: st.SearchStrategy[str], keys: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Values of a manifest: texts, numbers, nulls, lists and maps of them."""
    return st.recursive(
        texts | st.none() | st.booleans() | st.integers(-(2**53), 2**53),
        lambda one: st.lists(one, max_size=3) | st.dictionaries(keys, one, max_size=3),
        max_leaves=8,
    )
