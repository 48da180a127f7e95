"""Questions of our own, and what a model said to each: what every dump in this folder is made of."""

SYSTEM = "Think between <think> and </think>, then answer between <answer> and </answer>."

QUESTIONS = [
    ("A tram has 36 seats, and three quarters of them are taken. How many are free?", "9"),
    ("A page holds 28 lines. How many lines do 12 such pages hold?", "336"),
    ("A rope of 17 m is cut into pieces of 2 m. How many whole pieces are there?", "8"),
    ("Ada has 1,250 stamps and gives away 16. How many has she left?", "1234"),
    ("What is the smallest prime above 90?", "97"),
    ("Which number is 15 less than 4?", "-11"),
]

ANSWERS = ["9", "336", "8.5", "1234", "91", "-11"]
"""What the model answers; the third and the fifth are wrong."""

RIGHT = [answer == reference for answer, (_, reference) in zip(ANSWERS, QUESTIONS, strict=True)]


def said(number: int) -> str:
    """The completion of a question."""
    return f"<think>Let me see: question {number + 1}.</think>\n<answer>{ANSWERS[number]}</answer>"
