"""Words around a value: which of them are operators, what each governs, and where the values of a text stand.

Tokens come in; the spans of the values that a text states go out, or a refusal that names the operator and its place.
What decides is a closed class of words a language (`languages/*.txt`) and the structure of the sentence; every other
word is transparent. The room imports `lexis` alone and knows nothing of what the values are.
"""
