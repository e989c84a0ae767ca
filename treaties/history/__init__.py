"""Cases of history: what the texts let one foretell, what the model says over its ranges, and what happened.

Facts are those of case files (``treaties.model.facts``); payoffs in them are stylised.  What agrees here is no
validation: the cases were picked by hand by people who knew how they ended.
"""
