"""The one value of an answer, or why it has none: text in, a `TextReading` out.

`answer.py` tells a formula from a text with words; `sentence.py` parses the values that `prose` says the words state;
`doubts.py` knows program code. `choices.py` reads the letter of a choice, `spoken_words.py` answers that are words.
`readings.py` keeps what was read of a text, `formulas.py` what was parsed; `alternatives.py` says what a text may also
mean; `echo.py` with `unfinished.py` finds answers that only repeat the prompt. It imports `lexis`, `prose`, `grammar`,
`numbers` and `decide`.
"""
