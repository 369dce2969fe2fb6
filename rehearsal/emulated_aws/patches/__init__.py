"""What moto 5.2.5 lacks for these stacks and AWS provider 5.100.0: one module for each concern, each with the symptom it cures."""

from rehearsal.emulated_aws.patches import s3_delete_markers, s3_log_delivery, s3_policy_conditions

_PATCHES = (s3_delete_markers, s3_log_delivery, s3_policy_conditions)


def apply_all() -> None:
    """Patch moto in this process. Call once, before the first request."""
    for patch in _PATCHES:
        patch.apply()
