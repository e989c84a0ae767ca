"""Why the answer is what it is, for the terminal."""

from __future__ import annotations

from treaties.assessing.assess import Assessment
from treaties.findings.amounts import money, once, per_period
from treaties.findings.payment_words import payment_lines
from treaties.findings.signal_words import RUNGS, report_lines


def explain(assessment: Assessment) -> str:
    """Why: the deviation that matters most, step by step, in the treaty's words."""
    treaty, link = assessment.treaty, assessment.weakest_link
    lines = [
        f"{treaty.title}",
        "",
        f"Question: can full compliance from signature on be stable ({assessment.concept})?",
    ]
    lines.append(f"Answer: {assessment.verdict}.")
    if link is not None and assessment.monitoring is None:
        lines += [
            "",
            "The deviation that comes nearest to paying" if link.margin >= 0 else "The deviation that pays",
            f"  who        {link.party_name}",
            f"  when       {', '.join(f'{k} {v}' for k, v in link.state.items()) or 'at signature'}",
            f"  what       {link.deviation}" + ("" if link.lawful else " (a breach)"),
            f"  article    {link.article}",
            f"  worth      {'complying' if link.margin >= 0 else 'deviating'} is better by "
            f"{money(abs(link.margin), once(treaty.payoff_unit, treaty.period))}, as a one-off",
        ]
    if assessment.monitoring is not None and link is not None:
        lines += ["", link.sentence]
    lines += ["", "How much punishment it leans on"]
    if assessment.monitoring is not None:
        lines.append(f"  {RUNGS}")
    for rung in assessment.ladder:
        margin = "" if rung.margin is None else f", margin {rung.margin:+.4g}"
        lines.append(f"  {rung.number} {rung.name}: {rung.verdict}{margin}. {rung.detail}.")
        if rung.weakest_link is not None and rung.verdict == "unsustainable":
            lines.append(f"    {rung.weakest_link.sentence}")
    if assessment.departure is not None:
        lines += [
            "",
            "What to expect instead (the equilibrium of greatest joint payoff)",
            assessment.departure.first_departure,
        ]
        lines += [f"  year {year + 1}: {where}: {doing}" for year, where, doing in assessment.departure.path]
    if assessment.side_payments is not None:
        names = {party.id: party.name for party in treaty.parties}
        unit, flow = once(treaty.payoff_unit, treaty.period), per_period(treaty.payoff_unit, treaty.period)
        lines += ["", *payment_lines(assessment.side_payments, names, unit, flow, treaty.period)]
    if assessment.monitoring is not None:
        flow = per_period(treaty.payoff_unit, treaty.period)
        lines += ["", "What nobody can see, and what it costs"]
        lines += [f"  {line}" for line in report_lines(assessment.monitoring, flow, treaty.period)]
    if assessment.fixes:
        lines += ["", "What would change the answer", *(f"  {fix}" for fix in assessment.fixes)]
    return "\n".join(lines)
