"""Every version that is pinned outside the lock files: one line each."""

TERRAFORM = ">= 1.11.0, < 2.0.0"
"""Terraform itself. 1.11 brought write-only arguments and S3's own lock file."""

TERRAFORM_MINIMUM = (1, 11, 0)

PROVIDERS = {
    "aws": "5.100.0",
    "azurerm": "4.55.0",
    "google": "6.50.0",
    "helm": "3.1.1",
    "random": "3.7.2",
}
"""The provider behind each binding. The bindings' own pins (Pipfile) decide; a test holds this table against the synthesized stacks."""
