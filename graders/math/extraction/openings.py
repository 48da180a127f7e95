"""How answers open in other languages than English: tables, and one function that takes an opening off."""

from __future__ import annotations

from graders.math.lexis.tokens import Token

_PHRASES = """
antwort; die antwort; die antwort ist; die antwort lautet; antwort ist; ergebnis; das ergebnis ist; lösung
réponse; la réponse est; la réponse; réponse finale; la bonne réponse est; le résultat est; résultat
respuesta; la respuesta es; la respuesta; respuesta final; la respuesta final es; la respuesta correcta es
el resultado es; solución
resposta; a resposta é; resposta final; risposta; la risposta è; il risultato è; risultato
antwoord; het antwoord is; svar; svaret är; svaret er; odpowiedź; odpověď; cevap; jawaban; jawabannya adalah; đáp án
ответ; правильный ответ; окончательный ответ; відповідь; الجواب; الإجابة; الجواب هو; الإجابة هي; תשובה
答案; 答案是; 答案为; 答案為; 最终答案; 最终答案是; 最終答案; 最終答案是; 所以答案是; 因此答案是; 因此; 所以; 答; 解
答え; 答えは; 解答; 정답; 정답은; 답; 답은
"""
OPENINGS_ABROAD = frozenset(
    tuple(phrase.split()) for line in _PHRASES.strip().splitlines() for phrase in line.split(";")
)
_FIRST = frozenset(phrase[0] for phrase in OPENINGS_ABROAD if phrase)
_LONGEST = max(map(len, OPENINGS_ABROAD))
_CLOSINGS = frozenset(("です", "입니다", "이다"))


def without_opening(tokens: list[Token]) -> list[Token]:
    """The tokens behind `Die Antwort ist` and its like; the same tokens where none of these opens them."""
    if not tokens or tokens[0][1].casefold() not in _FIRST:
        return tokens
    words = tuple(token[1].casefold() for token in tokens[:_LONGEST])
    taken = next((size for size in range(len(words), 0, -1) if words[:size] in OPENINGS_ABROAD), 0)
    rest = tokens[taken:]
    if rest and rest[0][0] in (":", ","):
        rest = rest[1:]
    ends = len(rest) - (1 if rest and rest[-1][0] == "." else 0)
    if taken and ends > 1 and rest[ends - 1][1] in _CLOSINGS:
        rest = rest[: ends - 1]
    return rest if taken and rest else tokens
