"""Where the service's rewards are computed: in worker processes, or at once where that is cheap.

In: a reward and rows, or any function of a module with its arguments. Out: a `RewardScores`, or the function's result.
A worker that ends is replaced, and what it had in hand is done once more.

May import the reward, what is below it, and the words for problems; nothing of HTTP.
"""
