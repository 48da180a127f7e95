"""The grader documents of OpenAI's API: read, filled in, calculated and translated; pure, without any HTTP.

In comes a grader as JSON (`grader_reading`); out goes a frozen `OpenAIGrader` (`grader_documents`), or a
`DefinitionError` with every mistake at once. `templates` puts an item and a sample into its texts, `local_scores`
scores what needs no model, `formula` combines the scores of a `multi`, and `translation` makes a reward of ours of a
document that means the same.

May import: `text`, `judge`'s constants, and what `wire` may.
"""
