"""What the words of each language say: its closed classes, number words, signs, shares and units.

In come words or the tokens of a sentence; out go a language with its classes (`language`, `recognition`), and tokens in
which numbers and units stand as English has them. The words themselves are data, a file a language, in `../languages`.
May import `graders.math.lexis`, and from the math package what stands below it.
"""
