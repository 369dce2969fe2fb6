"""A laptop as the cloud: deploys an environment where there is no account. The product never imports it."""
