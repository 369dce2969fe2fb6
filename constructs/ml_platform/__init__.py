"""A hardened Kubernetes ML platform on AWS, Azure or Google Cloud, from one typed file an environment."""
