"""Log entries that are kept in a bucket of their own, longer or shorter than the project's other logs."""

from collections.abc import Sequence

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_google.logging_project_bucket_config import LoggingProjectBucketConfig
from cdktf_cdktf_provider_google.logging_project_exclusion import LoggingProjectExclusion
from cdktf_cdktf_provider_google.logging_project_sink import LoggingProjectSink
from constructs import Construct

from ml_platform.clouds._terraform import keep_in_prod
from ml_platform.contract.environment import GcpEnvironment
from ml_platform.label import Labels


class LogBucket(Construct):
    """A log bucket in the environment's region with all entries that match ``entries``, a filter of Cloud Logging.

    ``only_here`` keeps them out of the project's _Default bucket, where they would be stored, and paid, a second time.

    Entries are encrypted by Google's own key: they name addresses and people, never contents, and a customer's key would be one more
    thing whose loss makes them unreadable. A sink into a bucket of its own project needs no grant. Google keeps a deleted log bucket for
    seven days; to bring an environment back within them, ``gcloud logging buckets undelete`` it, and the next apply takes it over.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: GcpEnvironment,
        labels: Labels,
        subject: str,
        entries: str,
        retention_days: int,
        only_here: bool,
        depends_on: Sequence[ITerraformDependable],
    ) -> None:
        super().__init__(scope, id)
        account = environment.account
        bucket = LoggingProjectBucketConfig(
            self,
            "bucket",
            project=account.project_id,
            location=account.region,
            bucket_id=labels.name("gcp_log_bucket", subject),
            retention_days=retention_days,
            lifecycle=keep_in_prod(environment.tier),
            depends_on=list(depends_on),
        )
        sink = LoggingProjectSink(
            self,
            "sink",
            name=labels.name("gcp_log_sink", subject),
            destination=f"logging.googleapis.com/{bucket.id}",
            filter=entries,
        )
        if only_here:
            # After the sink: between the two nothing may be lost.
            LoggingProjectExclusion(
                self, "not-in-default", name=labels.name("gcp_log_exclusion", subject), filter=entries, depends_on=[sink]
            )
