"""Games with types in which trust can be reckoned by hand, each with a rule of play.

Numbers are the ``inputs`` of a case: payoffs as reward, temptation, punishment, sucker; discount; years; types by name.
"""
