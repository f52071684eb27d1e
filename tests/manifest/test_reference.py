"""docs/manifest.md says what the models say, all of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from manifest import reference
from manifest.section import FORMS, Section, form


def models(model: type[Section] = Section) -> set[type[Section]]:
    return {one for below in model.__subclasses__() for one in {below, *models(below)}}


def test_the_page_is_current() -> None:
    assert reference.main(["--check"]) == 0, "run `make docs` and commit docs/manifest.md"


def test_a_page_that_is_not_current_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reference, "ROOT", tmp_path)
    monkeypatch.setattr(reference, "PAGE", tmp_path / "manifest.md")
    assert reference.main(["--check"]) == 1
    assert "make docs" in capsys.readouterr().err
    assert reference.main([]) == 0
    assert reference.main(["--check"]) == 0
    (tmp_path / "manifest.md").write_text("old")
    assert reference.main(["--check"]) == 1


@pytest.mark.parametrize("model", sorted(models(), key=str), ids=str)
def test_every_field_says_what_it_means_and_whether_it_may_change(model: type[Section]) -> None:
    assert model.__doc__
    assert model.__doc__ != Section.__doc__
    for name, field in model.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
        extra = field.json_schema_extra
        assert isinstance(extra, dict)
        assert extra["change"] in {"safe", "replaces", "immutable"}, name


def test_every_section_and_field_is_on_the_page() -> None:
    page = reference.page()
    for model in models():
        if model.__subclasses__() and f"### {model.__name__}\n" not in page:
            continue  # what several sections have in common
        titles = [title for title, one in reference.PARTS.items() if one is model]
        heading = f"## {titles[0]}\n" if titles else f"### {model.__name__}\n"
        assert heading in page
        part = page.split(heading, 1)[1].split("\n##", 1)[0]
        for name, field in model.model_fields.items():
            assert f"| `{field.alias or name}` |" in part, f"{model.__name__}.{name}"


def test_every_pattern_has_words_and_no_two_the_same_pattern_with_other_words() -> None:
    assert all(words and "^" not in words for words in FORMS.values())
    with pytest.raises(ValueError, match="has other words"):
        form(next(iter(FORMS)), "something else")
