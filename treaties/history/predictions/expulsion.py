"""Whether a threat to expel is credible: putting the others to less cost than the one expelled has at stake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, final

from pydantic import Field

from treaties.history.amounts_told import Between
from treaties.history.lookup import Lookup
from treaties.history.prediction import Prediction, Told
from treaties.sweeping.sample import Sample


@final
class Expulsion(Prediction):
    """Cost of going on without a member against what the member would lose."""

    kind: Literal["expulsion"] = "expulsion"
    cost: Between = Field(description="What it costs the others to go on without the member.")
    at_stake: tuple[Between, ...] = Field(min_length=1, description="What the member loses, part by part.")
    unit: str = Field(description="In what both are counted.")
    sources: tuple[str, ...] = Field(min_length=1, description="Keys of facts.sources that give these amounts.")
    happened: Literal["expelled", "stayed"] = Field(description="What became of the member.")
    when: str = Field(description="When: the date of an event.")

    def told(self, facts: Lookup, worlds: Mapping[str, Sample] | None) -> Told:
        """Whether the cost is below the stake, and whether the member was expelled."""
        facts.sources(self.sources)
        stake = sum(self.at_stake[1:], self.at_stake[0])
        credible = self.cost.below(stake)
        words = {True: "credible", False: "not credible", None: "credible or not, as the amounts may be"}
        foretold = (
            f"going on without the member costs {self.cost}, it has {stake} {self.unit} at stake: expulsion is "
            f"{words[credible]}; it would no longer be from a cost of {stake.low:g} on"
        )
        event = facts.event(self.when)
        happened = f"{self.when}: {event.event}"
        if credible is None:
            return Told(foretold, happened, "open", self.when)
        return Told(foretold, happened, "agrees" if credible == (self.happened == "expelled") else "differs", self.when)
