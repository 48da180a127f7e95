"""The version of this library: what `reward.signature()` and the package metadata carry."""

__version__ = "0.1.0"
