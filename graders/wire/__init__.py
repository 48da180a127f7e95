"""The wire: the API's own documents as frozen values, and how one is read.

In comes a path, JSON text or a dict (`documents`); out goes a `RewardComponents`, `TrainingConfig` or `RequestConfig`
(`schema`), or a `DefinitionError` with every mistake at once. `weight_rules` is what the API leaves to prose.

May import: `contract` (for the base of all graders and the table of types) and the words of the house. Nothing here
knows a setting.
"""
