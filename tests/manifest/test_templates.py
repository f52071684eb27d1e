"""`${{ }}`: what expressions give, what they may not do, and that nothing is evaluated twice."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import Place
from manifest import expressions
from manifest.document import Node
from manifest.references import STAGE_OUTPUTS, KnownLater, Reference, Text
from manifest.scope import ExpressionError, Scope
from manifest.templates import evaluate

# The first expression imports Jinja; machines of CI are slow.
unhurried = settings(deadline=None)
HERE = Place("a.yaml", 1, 1)
SCOPE = Scope(
    infrastructure={
        "name": "staging",
        "labels": {"tier": "1", "inf": "inf", "values": "mine", "later": "${{ 1 }}"},
    },
    manifest={"vpc": {"create": {"zones": ["a", "b"], "nat": "none"}}, "count": 3},
    modules=frozenset({"media", "audit-bucket"}),
)

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def node(value: Any) -> Node:
    if isinstance(value, dict):
        return Node({key: node(item) for key, item in value.items()}, HERE)
    if isinstance(value, list):
        return Node([node(item) for item in value], HERE)
    return Node(value, HERE)


def given_by(text: str, scope: Scope = SCOPE) -> Any:
    evaluated, problems = evaluate(node({"a": text}), scope)
    assert problems == []
    return evaluated.plain()["a"]


def refused(text: str, scope: Scope = SCOPE) -> str:
    evaluated, problems = evaluate(node({"a": text}), scope)
    assert len(problems) == 1
    assert evaluated.plain()["a"] == text
    return problems[0].message


VALUES: dict[str, Any] = {
    "${{ infrastructure.name }}": "staging",
    "${{infrastructure.name}}": "staging",
    "a-${{ infrastructure.name }}-z": "a-staging-z",
    "${{ infrastructure.name }}${{ manifest.count }}": "staging3",
    "${{ manifest.count }}": 3,
    "${{ manifest.count * 2 + 1 }}": 7,
    "${{ manifest.count > 2 and true }}": True,
    "is ${{ manifest.count > 2 }}": "is true",
    "${{ manifest.vpc.create.zones }}": ["a", "b"],
    "${{ manifest.vpc.create }}": {"zones": ["a", "b"], "nat": "none"},
    "${{ manifest.vpc.create.zones | join(',') }}": "a,b",
    "${{ manifest.vpc.create.zones | length }}": 2,
    "${{ manifest.vpc.create.zones[0] | upper }}": "A",
    "${{ infrastructure.labels.colour | default('red') }}": "red",
    "${{ infrastructure.labels.values }}": "mine",
    "${{ infrastructure.labels['tier'] | int }}": 1,
    "${{ infrastructure.name.split('g') }}": ["sta", "in", ""],
    "${{ infrastructure.labels.get('tier') }}": "1",
    "${{ 7 | string }}": "7",
    "${{ [3, 1, 2] | sort | last }}": 3,
    "${{ 'a' if manifest.count == 3 else 'b' }}": "a",
    "${{ none }}": None,
    "x${{ none }}": "x",
    "${{ '${{' }}": "${{",
    "${{ '${{ 1 }' + '}' }}": None,
    "${{ stages.vpc.cidr }}": Reference("stages.vpc", "cidr"),
    "${{ stages.domain }}": {
        name: Reference("stages.domain", name) for name in STAGE_OUTPUTS["domain"]
    },
    "${{ [stages.vpc.cidr, 'b'] }}": [Reference("stages.vpc", "cidr"), "b"],
    "${{ modules.audit_bucket.arn }}": Reference("modules.audit-bucket", "arn"),
    "${{ modules['audit-bucket'].arn }}": Reference("modules.audit-bucket", "arn"),
    "s3://${{ modules.media.bucket }}/${{ infrastructure.name }}": Text(
        ("s3://", Reference("modules.media", "bucket"), "/staging")
    ),
}
# A closing brace pair ends the expression, so it can't be written inside one.
del VALUES["${{ '${{ 1 }' + '}' }}"]


@pytest.mark.parametrize(("text", "value"), VALUES.items(), ids=VALUES)
def test_what_expressions_give(text: str, value: Any) -> None:
    result = given_by(text)
    assert result == value
    assert type(result) is type(value)


HOSTILE = {
    # Large values out of small ones
    "'a' * 10**9": "more than 65,536",
    "10**6 * 'a'": "more than 65,536",
    "range(10**9) | list": "more than 65,536",
    "range(10**9 * 10**9)": "more than 65,536",
    "[0] * 1000": "multiplies what is neither number nor text",
    "[[[1] * 1000] * 1000] * 1000": "multiplies what is neither number nor text",
    "9**9**9": "too high a power",
    "2**-10**9": "too high a power",
    "10**9 * 10**9 * 10": "too large a number",
    "'a'.replace('a', 'b')": "may not",
    "'a'.ljust(10**9)": "may not",
    "'a'.zfill(10**9)": "may not",
    "'{:1000000000}'.format(1)": "may not",
    "'%1000000000d' % 1": "formats text with %",
    "'\\t'.expandtabs(10**9)": "may not",
    "(1).to_bytes(10**9, 'big')": "may not",
    "('a' * 60000) | replace('a', 'b' * 60000)": "more than 65,536",
    "'a' * 60000 + 'a' * 60000": "more than 65,536",
    "('a' * 60000) ~ 'a'": "joins text with ~",
    "range(60000) | join('a' * 60000)": "more than 65,536",
    "[[1], [2]] | sum(start=[])": "can't be evaluated",
    "[[1], [2]] | sum": "is a list or a map in the middle of text",
    "1.5 | round(10**9)": "rounds to 1000000000 digits",
    "1 | round(-10**9)": "rounds to -1000000000 digits",
    "'a' | center(10**9)": "No filter named 'center'",
    "'a' | indent(10**9)": "No filter named 'indent'",
    "'inf' | float": "can't be evaluated",
    "infrastructure.labels.inf | float": "is inf, which is no number",
    # Ways out of the sandbox
    "''.__class__": "may not",
    "''['__class__']": "may not",
    "infrastructure.__class__": "has no __class__",
    "infrastructure._value": "has no _value",
    "range.__globals__": "range is no name that is known",
    "(range).__globals__": "may not",
    "stages.vpc.cidr.producer": "takes a part of stages.vpc.cidr",
    "stages.__init__": "there is no stage __init__",
    "modules.media.__class__.__init__": "takes a part of modules.media.__class__",
    "self": "is no plain value",
    "(self)._TemplateReference__context": "may not",
    "cycler('a')": "'cycler' is undefined",
    "lipsum()": "'lipsum' is undefined",
    "(infrastructure.labels).get": "is no plain value",
    "infrastructure | attr('name')": "No filter named 'attr'",
    # Nesting
    "(" * 400 + "1" + ")" * 400: "nested too deep",
    "-" * 900 + "1": "nested too deep",
    "[" * 30 + "]" * 30: "nested too deep",
    "1" + " + 1" * 400: "is longer than 1000 characters",
    # What is known later
    "stages.vpc.cidr + 'a'": "uses stages.vpc.cidr, which is known only after deployment",
    "stages.vpc.cidr == 'a'": "uses stages.vpc.cidr",
    "'a' if stages.vpc.cidr else 'b'": "uses stages.vpc.cidr",
    "not stages.vpc.cidr": "uses stages.vpc.cidr",
    "stages.vpc.zones | length": "has no len()",
    "stages.vpc.zones | join(',')": "can't be evaluated",
    "[stages.vpc.cidr] | join(',')": "uses stages.vpc.cidr",
    "stages.vpc.cidr in ['a']": "uses stages.vpc.cidr",
    "modules.media": "names all outputs of modules.media",
    # Mistakes
    "": "unexpected 'end of template'",
    "1 +": "end of template",
    "1 2": "goes on after its end",
    "1 / 0": "can't be evaluated: division by zero",
    "a | nope": "No filter named 'nope'",
    "1 is nope": "No test named 'nope'",
    "infrastructure.labels.later": "which is an expression itself",
    "infrastructure.labels": "which is an expression itself",
    "manifest.vpc.reuse.id": "manifest.vpc has no reuse (known: create)",
    "manifest.count.a": "what comes before a is no map",
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize(("expression", "message"), HOSTILE.items(), ids=[k[:40] for k in HOSTILE])
def test_what_expressions_may_not_do(expression: str, message: str) -> None:
    assert message in refused("${{ " + expression + " }}")


def test_comparing_what_holds_itself_is_bounded() -> None:
    """Thirty `set`s make a list that is small in memory and endless to compare."""
    chain = "{% set a0 = [1] %}{% set b0 = [1] %}" + "".join(
        f"{{% set {x}{n} = [{x}{n - 1}, {x}{n - 1}] %}}" for n in range(1, 31) for x in "ab"
    )
    started = time.monotonic()
    with pytest.raises(ExpressionError, match="more than 65,536"):
        expressions.render(chain + "{% if a30 == b30 %}x{% endif %}", {})
    for use in ("[a30, b30] | sort", "[a30, b30] | unique", "[a30] | max"):
        with pytest.raises(ExpressionError):
            expressions.render(chain + "{{ " + use + " }}", {})
    assert time.monotonic() - started < 10


def test_a_loop_without_end_in_sight_ends() -> None:
    loop = "{% for a in range(60000) %}{% for b in range(60000) %}{% endfor %}{% endfor %}"
    with pytest.raises(ExpressionError, match="runs for more than 2 seconds"):
        expressions.render(loop, {})


def test_a_file_of_endless_text_ends() -> None:
    loop = "{% for a in range(60000) %}{{ 'a' * 60000 }}{% endfor %}"
    with pytest.raises(ExpressionError, match="more than 1,048,576 characters"):
        expressions.render(loop, {})


STATEMENTS = (
    "{% include 'a' %}",
    "{% import 'a' as b %}",
    "{% extends 'a' %}",
    "{% macro a() %}{% endmacro %}",
    "{% block a %}{% endblock %}",
    "{% filter upper %}a{% endfilter %}",
    "{% raw %}a",
)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_files_may_only_loop_choose_and_set(statement: str) -> None:
    with pytest.raises(ExpressionError):
        expressions.render(statement, {})


def test_expressions_of_values_stay_in_a_file_that_is_a_template() -> None:
    text = '{% for zone in ["a", "b"] %}{{ zone }}: ${{ stages.vpc.cidr }}\n{% endfor %}'
    assert expressions.render(text, {}) == "a: ${{ stages.vpc.cidr }}\nb: ${{ stages.vpc.cidr }}\n"


def test_outputs_can_not_be_written_into_a_file_that_is_a_template() -> None:
    with pytest.raises(ExpressionError, match=r"stages\.vpc\.cidr, which is known only after"):
        expressions.render("{{ stages.vpc.cidr }}", SCOPE.names())


def test_a_reference_can_not_be_taken_for_its_value() -> None:
    reference = Reference("stages.vpc", "cidr")
    for use in (str, bool, "{}".format):
        with pytest.raises(KnownLater, match=r"stages\.vpc\.cidr"):
            use(reference)


@unhurried
@given(DATA)
def test_text_without_an_expression_comes_through_unchanged(value: Any) -> None:
    if "${{" in repr(value):
        return
    evaluated, problems = evaluate(node(value), SCOPE)
    assert problems == []
    assert evaluated.plain() == value
    assert repr(evaluated.plain()) == repr(value)


@unhurried
@given(st.text(alphabet="${}%{# }ab'\"\\\n|"))
def test_look_alikes_come_through_unchanged(text: str) -> None:
    """`${a}` is Terraform's, `{{ a }}` Helm's, `{% a %}` and `{# a #}` nobody's."""
    if "${{" not in text:
        assert given_by(text) == text


@unhurried
@given(DATA)
def test_types_survive(value: Any) -> None:
    """What a name stands for is given as it is: a list as a list, "1" as text, 1 as a number."""
    if "${{" in repr(value) or "inf" in repr(value):
        return
    scope = Scope(infrastructure={"it": value}, manifest={"it": {"there": value}})
    assert repr(given_by("${{ infrastructure.it }}", scope)) == repr(value)
    assert repr(given_by("${{ manifest.it.there }}", scope)) == repr(value)
    assert repr(given_by("${{ [manifest.it.there][0] }}", scope)) == repr(value)


@unhurried
@given(st.text(), st.text())
def test_nothing_is_evaluated_twice(before: str, text: str) -> None:
    """Text that comes out of an expression is text, though it looks like an expression."""
    if "${{" in before + text or before.endswith(("$", "${")):
        return
    inner = text + "${" + "{ 1 + 1 }" + "}"
    scope = Scope(infrastructure={}, manifest={}, more={"outside": inner, "map": {"in": [inner]}})
    assert given_by("${{ outside }}", scope) == inner
    assert given_by(before + "${{ outside }}", scope) == before + inner
    assert given_by("${{ map }}", scope) == {"in": [inner]}
    assert given_by("${{ outside + '' }}", scope) == inner


@unhurried
@given(st.text(min_size=1, max_size=80))
def test_any_expression_gives_plain_data_or_a_problem(expression: str) -> None:
    evaluated, problems = evaluate(node("${{" + expression + "}}"), SCOPE)
    if not problems:
        assert_plain(evaluated.plain())


def assert_plain(value: Any) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            assert type(key) is str
            assert_plain(item)
    elif isinstance(value, list):
        for item in value:
            assert_plain(item)
    else:
        assert type(value) in {str, int, float, bool, type(None), Reference, Text}


@unhurried
@given(st.lists(st.sampled_from([*STAGE_OUTPUTS["vpc"]]) | st.text(alphabet="ab/ .-"), max_size=6))
def test_text_with_references_keeps_its_order(parts: list[str]) -> None:
    outputs = STAGE_OUTPUTS["vpc"]
    text = "".join("${{ stages.vpc." + part + " }}" if part in outputs else part for part in parts)
    result = given_by("." + text)
    back = result.parts if isinstance(result, Text) else (result,)
    written = "".join(
        part if isinstance(part, str) else "${{ " + part.name + " }}" for part in back
    )
    assert written == "." + text
