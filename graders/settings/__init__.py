"""What a run injects and the wire never carries: `Settings`, and where each value came from.

In come arguments, a TOML file, the environment; out goes one frozen `Settings`, or a `DefinitionError` that names the
place of each wrong value.

May import: `completion` for the layout, the settings' own values of `judge`, and the words of the house.
"""
