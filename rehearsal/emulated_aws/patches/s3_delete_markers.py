"""S3: delete markers, which every released lock file of a versioned state bucket leaves."""

from moto.s3.models import FakeDeleteMarker


def apply() -> None:
    """Cures: emptying such a bucket answers 500 "'FakeDeleteMarker' object has no attribute 'dispose'", so it is never destroyed.

    moto closes the file behind each removed version; a marker has none.
    """
    FakeDeleteMarker.dispose = lambda _: None  # type: ignore[attr-defined]
