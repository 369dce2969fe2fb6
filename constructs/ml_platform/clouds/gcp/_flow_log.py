"""Records of the node subnet's flows."""

from collections.abc import Sequence

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_google.compute_subnetwork import ComputeSubnetwork, ComputeSubnetworkLogConfig
from constructs import Construct

from ml_platform.clouds.gcp._log_bucket import LogBucket
from ml_platform.contract.environment import GcpEnvironment
from ml_platform.label import Labels


def recorded_flows() -> ComputeSubnetworkLogConfig:
    """How a subnet records its flows.

    Every flow, not a sample: the one connection that is looked for must be there. Ten minutes of it make one record: Google bills by
    volume, training nodes hold few connections for hours, and five seconds, the default, would write up to 120 records where one says
    the same. Metadata makes records longer and is kept: a pod's address is another pod's tomorrow, its name is not.
    """
    return ComputeSubnetworkLogConfig(aggregation_interval="INTERVAL_10_MIN", flow_sampling=1, metadata="INCLUDE_ALL_METADATA")


class FlowLogs(Construct):
    """All recorded flows of ``subnet``, kept as long as the environment asks, and nowhere else."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: GcpEnvironment,
        labels: Labels,
        subnet: ComputeSubnetwork,
        depends_on: Sequence[ITerraformDependable],
    ) -> None:
        super().__init__(scope, id)
        LogBucket(
            self,
            "store",
            environment=environment,
            labels=labels,
            subject="flow-logs",
            entries=" AND ".join(
                [
                    'log_id("compute.googleapis.com/vpc_flows")',
                    'resource.type="gce_subnetwork"',
                    f'resource.labels.subnetwork_name="{subnet.name}"',
                ]
            ),
            retention_days=environment.network.flow_log_retention_days,
            only_here=True,
            depends_on=depends_on,
        )
