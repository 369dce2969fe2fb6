"""Commands a person runs against real accounts, beside `cdktf` itself."""
