"""Names keep to each kind's limits, for ever."""

import re

import pytest

from ml_platform.label import KINDS, Labels

LABELS = Labels("ml-platform", "aws-dev", "111111111111", {})
LONGEST = Labels("a" * 16, "azure-" + "b" * 18, "111111111111", {})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("labels", [LABELS, LONGEST], ids=["usual", "longest"])
@pytest.mark.parametrize("words", [("x",), ("flow", "log" * 40)], ids=["short", "long"])
def test_a_name_fits_its_kind(kind: str, labels: Labels, words: tuple[str, ...]) -> None:
    limits, name = KINDS[kind], labels.name(kind, *words)
    assert limits.shortest <= len(name) <= limits.longest
    assert re.fullmatch(f"{limits.alphabet}+", name)
    assert not name.endswith("-")


@pytest.mark.parametrize("kind", KINDS)
def test_names_that_share_a_beginning_stay_different(kind: str) -> None:
    names = {LABELS.name(kind, "w" * 300 + end) for end in ("a", "b", "c")}
    assert len(names) == 3


def test_words_that_run_together_stay_different() -> None:
    assert LABELS.name("azure_storage_account", "a", "bc") != LABELS.name("azure_storage_account", "ab", "c")


def test_a_name_unique_in_the_world_depends_on_the_account_and_others_do_not() -> None:
    other = Labels(LABELS.project, LABELS.environment, "222222222222", {})
    for kind, limits in KINDS.items():
        assert (LABELS.name(kind, "x") == other.name(kind, "x")) is (limits.scope != "world"), kind


def test_names_never_change() -> None:
    """Frozen: a changed name is a destroyed resource."""
    assert LABELS.name("aws_kms_alias", "tfstate") == "ml-platform-aws-dev-tfstate"
    assert LABELS.name("aws_s3_bucket", "tfstate-log") == "ml-platform-aws-dev-tfstate-log-0e0792"
    assert LABELS.name("aws_iam_role", "w" * 80) == "ml-platform-aws-dev-wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww-91c7a6"


def test_a_word_the_kind_cannot_show_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a name of kind aws_iam_role cannot hold '/', 'Ü'"):
        LABELS.name("aws_iam_role", "Ü/x")
