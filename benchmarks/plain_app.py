"""What a CDKTF app usually looks like: the three bindings imported in the usual way, one resource for each cloud."""

from cdktf import App, TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider
from cdktf_cdktf_provider_aws.vpc import Vpc
from cdktf_cdktf_provider_azurerm.provider import AzurermProvider, AzurermProviderFeatures
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from cdktf_cdktf_provider_google.compute_network import ComputeNetwork
from cdktf_cdktf_provider_google.provider import GoogleProvider

app = App()
stack = TerraformStack(app, "plain")
AwsProvider(stack, "aws", region="eu-central-1")
AzurermProvider(stack, "azurerm", features=[AzurermProviderFeatures()])
GoogleProvider(stack, "google", project="plain", region="europe-west4")
Vpc(stack, "vpc", cidr_block="10.0.0.0/16")
ResourceGroup(stack, "resource-group", name="plain", location="westeurope")
ComputeNetwork(stack, "network", name="plain", auto_create_subnetworks=False)
app.synth()
