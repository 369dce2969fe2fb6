"""AWS emulated by moto, with what moto lacks."""
