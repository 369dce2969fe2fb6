"""How fast the platform synthesizes, compared with a plain CDKTF app in the same run. Not part of the tests."""
