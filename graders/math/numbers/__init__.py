"""The value of a tree, in several kinds of numbers, from cheap to dear.

A tree comes in, for some with values of its variables; a number goes out, or `Undefined` (there is no value),
`Inexact` (these numbers can't hold it) or `OverLimit`. `evaluate` has the one walk over trees; `rationals`, `floats`,
`residues` and `digits` are kinds of numbers; `angles` and `algebraic` know what is exactly zero; `domain` asks whether
there is a value at all, and `sample_points` where to compare functions. `literals` says what a numeral means.
May import `lexis` and the trees and limits of `math`.
"""
