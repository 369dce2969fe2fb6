"""Finds the environment files, reads them, and reports every mistake in them at once."""
