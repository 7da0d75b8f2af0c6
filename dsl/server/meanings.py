"""What each rule of a book means, in a sentence.

`{field}` is the text of that part of the clause. A bracketed piece is left out when one of its parts is not written;
`[?field:...]` stands where the field is written, without showing it, and `[!field:...]` where it is not.
"""

from __future__ import annotations

import re

from dsl import syntax
from dsl.server.lines import Lines
from dsl.syntax.base import Node

MEANINGS: dict[type[Node], str] = {
    # the book
    syntax.Header: "This is version {version} of book {name}; in force from {start}[ through {through}].",
    syntax.Use: "The units, calendars and dimensions of {path} may be used here.",
    syntax.Currency: "Amounts are in {name}[; one of it is worth {worth}][, {rounding}].",
    syntax.Timezone: "Days and hours begin and end by the clock of {zone}.",
    syntax.Unit: "A unit in which quantities are counted[: one {name} {multiple}].",
    syntax.Dimension: "The property {name} of an event takes one of these values: {values}.",
    syntax.Calendar: "Names the hours of the week and the year that share a price.",
    syntax.Holidays: "The days that `holidays` means in this calendar.",
    syntax.Band: "Band {name} holds every minute that one of its lines covers.",
    # meters
    syntax.Meter: "Counts events: which ones, and what of each.",
    syntax.Events: "Counts events of type {types}.",
    syntax.Where: "Only events for which this holds are counted; several `where` clauses must all hold.",
    syntax.Measure: "What the period's quantity is: {aggregation}[, in {unit}][, {window}][, {fold}].",
    syntax.By: "Usage is kept apart by {properties}, so that prices may differ.",
    syntax.Lateness: "A window is closed {duration} after its end; what comes later is late.",
    syntax.EventLength: "An event lasts as many {unit} as its property {property} says.",
    syntax.Feature: "Something that a plan can grant: {kind}.",
    # plans
    syntax.Plan: "Charges and terms offered together[, from {start}][ through {through}].",
    syntax.AddOn: "A plan that is taken in addition to another[: to {attaches_to}].",
    syntax.Bill: "Invoices are made {cadence}[, in {timing}][, {anchor}].",
    syntax.BillEarly: "An invoice is made inside the period, {mode} {amount} of usage[?once:, once a period].",
    syntax.Trial: "The first {duration} cost nothing.",
    syntax.Prorate: "A part of a period pays its part of recurring amounts: {mode}[, of {fixed_days}]"
    "[?with_tiers:; borders of tiers shrink with the days].",
    syntax.Minimum: "At least {amount} is billed for a period[?prorated:, less for a part of one].",
    syntax.Cap: "At most {amount} is billed for a period[?prorated:, less for a part of one].",
    syntax.Taxed: "Taxed as {names}.",
    syntax.Grant: "The plan includes feature {feature}[, {quantity}][ per {per}][; the limit is {limit}].",
    syntax.Alert: "A {limit} alert goes out when usage reaches {amount}[ in a {per}].",
    syntax.Follow: "Failed payments are followed up by {dunning}.",
    syntax.Discount: "Takes {amount} off[ what {targets} cost].",
    syntax.Stack: "Several discounts: {mode}.",
    syntax.Apply: "These steps are taken in this order: {steps}.",
    syntax.Corrections: "What happens to usage that arrives after its invoice.",
    syntax.CorrectWithin: "Usage that arrives within {duration} is corrected.",
    syntax.Absorb: "A difference below {amount} is not billed.",
    syntax.CorrectCharge: "What is still owed goes on the {where}.",
    syntax.CorrectCredit: "What was billed too much is given back by {by}.",
    syntax.PaymentDue: "An invoice is due {duration} after its date.",
    syntax.Instalments: "The invoice is paid in {count} parts, one every {every}.",
    syntax.Collect: "Payments are collected {mode}.",
    syntax.RecurringCredit: "The customer is credited {amount} per {per}"
    "[?prorated:, less for a part of one][, against {targets}].",
    syntax.ChangePolicy: "{event}: takes effect {when}[, {proration}].",
    syntax.Source: "Writes down {document} of the paper.",
    syntax.Pool: "Tiers and allowances are shared by all accounts with the same {by}.",
    syntax.Rounding: "Amounts are {text}.",
    # charges
    syntax.Charge: "What is counted, its price, and what changes it; one line of the invoice.",
    syntax.ForMeter: "Charges what meter {meter} counts in the period.",
    syntax.ForLicensed: "Charges the number of {unit} that the subscription has.",
    syntax.RoundUsage: "Usage is rounded {mode} to {step}[, at least {at_least}][?each_event:, event by event].",
    syntax.Free: "The first {amount}[ or {other}] of the period cost nothing[?whichever:, until one is used up].",
    syntax.Timing: "Billed in {timing}[?on_new_highs:; a new highest number is billed when it is reached].",
    syntax.WhenZero: "Without any usage: {bill}.",
    syntax.Weigh: "Each unit counts as much as its {property} says.",
    syntax.Ratchet: "At least {share} of the highest quantity of the last {lookback} is billed[, at least {at_least}].",
    syntax.Floor: "The charge comes to no less than {amount}.",
    # prices
    syntax.Flat: "{text}: due whatever is used.",
    syntax.PerUnit: "{amount} {per}, for every part of a unit too.",
    syntax.Package: "{amount} {per}; a begun package costs a whole one.",
    syntax.Percentage: "{share} of[ {of}: other charges, or the amount with the fee][!of:the amount that is counted].",
    syntax.NotSold: "Usage here is an error; it is never free.",
    syntax.Series: "The rate comes from the dated data {name}, {per}.",
    syntax.Committed: "{amount} for the first {quantity}, used or not; then {then}.",
    syntax.Graduated: "Each part of it has the price of the tier that it lies in[?each_event:, event by event].",
    syntax.Volume: "The whole quantity has the price of the tier that it reaches[?each_event:, event by event].",
    syntax.UpTo: "Quantities up to {upper}, which is included.",
    syntax.Above: "Quantities above {lower}, which is not included.",
    syntax.Between: "Quantities {above}, {up_to}; the upper end is included.",
    syntax.Matrix: "A price for each combination of {axes}.",
    syntax.Row: "The price where the values are {keys}.",
    syntax.PlusFlat: "{amount} more, once.",
    syntax.PlusEach: "{amount} more for every event.",
    syntax.AtLeast: "No event costs less than {amount}.",
    syntax.AtMost: "No event costs more than {amount}.",
    syntax.UnitRounding: "The unit price itself is rounded to {decimals} {per}.",
    # commerce
    syntax.Coupon: "A discount that customers redeem.",
    syntax.Lasts: "The discount lasts {lifetime}.",
    syntax.LastsOnce: "A share is for one invoice, an amount is given once in all.",
    syntax.LastsForever: "The discount has no end.",
    syntax.Redeem: "May be redeemed[ from {start}][ through {through}].",
    syntax.Limit: "May be redeemed {count} times in all.",
    syntax.Wallet: "Prepaid credits that pay for charges.",
    syntax.Holds: "The wallet holds {unit}[, each worth {worth}].",
    syntax.TopUp: "{amount} buy {grants}.",
    syntax.Recharge: "Tops up by {amount} when less than {below} are left.",
    syntax.Expires: "Credits expire after {after}.",
    syntax.Pays: "The wallet pays for {targets}.",
    syntax.Draw: "Credits are used in this order: {order}.",
    syntax.WalletGrants: "Adds {quantity} per {per}[?prorated:, less for a part of one].",
    syntax.WalletPriority: "Lower numbers are drawn first; this one is {value}.",
    syntax.Rollover: "A reset keeps what is left[: {share} of it][, at least {at_least}][, at most {at_most}]"
    "[, for {lasting}].",
    syntax.Dunning: "What follows a failed payment, and when.",
    syntax.Retry: "Tries again {after} after the failure[, and: {action}].",
    syntax.Finally: "When every try has failed: {action}.",
    syntax.Tax: "A tax category[ at {rate}][?included:; prices include it][; rounded each {each}].",
    syntax.Index: "Published changes by which a contract may escalate prices.",
    syntax.IndexValue: "From {date} on the index gives {share}.",
    # contracts
    syntax.Contract: "The own terms of {customer} on top of plan {plan}[, from {start}][ through {through}].",
    syntax.Amendment: "Change {number} to contract {contract}[, from {start}][, by {document}].",
    syntax.Phase: "Terms that hold in a part of the contract[, from {start}][ through {through}].",
    syntax.Coterm: "Ends together with {contracts}.",
    syntax.Override: "Charge {charge} has this price instead of the plan's.",
    syntax.Escalate: "Prices change: {by}[ every {every}][ from {start}][ for {on}][, from {least}][ up to {most}].",
    syntax.Commit: "{amount} are agreed per {per}[, paid in {timing}]; what is not used is billed by a true-up.",
    syntax.Draws: "Use of {targets} counts towards the commitment.",
    syntax.TrueUp: "What is missing is billed at the end of the {period}.",
    syntax.Overage: "Use beyond the commitment costs {price}.",
    # examples
    syntax.Example: "A worked case that `check` computes and compares.",
    syntax.GivenPlan: "The customer is on plan {plan}[, signed {signed}][, from {start}][ through {through}].",
    syntax.GivenAddOn: "The customer has add-on {add_on}[, from {start}][ through {through}].",
    syntax.GivenContract: "The customer has {contract}[, signed {signed}][, from {start}][ through {through}].",
    syntax.GivenPeriod: "The invoice is for {first} through {last}.",
    syntax.GivenUsage: "Meter {meter} counts {amount}[ at {at}][ with {attributes}][ for account {account}].",
    syntax.GivenLicensed: "The subscription has {quantity}[ from {start}][ through {through}].",
    syntax.GivenCoupon: "Coupon {coupon} is redeemed[ on {start}][; {used} of it are used up].",
    syntax.GivenBilled: "{amount} were billed before this invoice[ for {charge}].",
    syntax.GivenWallet: "Wallet {wallet} holds {quantity}[, until {expires}].",
    syntax.GivenGrant: "A grant {name} of {quantity} of feature {feature}[, from {start}][ through {through}].",
    syntax.GivenCredit: "The customer has an open credit note over {amount}.",
    syntax.GivenPaused: "The subscription is paused from {first} through {last}.",
    syntax.GivenEarlier: "Meter {meter} counted {amount} in {month}.",
    syntax.GivenEvent: "An event of type {type} happens[ at {at}][, known {known}][, with {attributes}].",
    syntax.GivenAsOf: "Only what was known by {moment} counts.",
    syntax.GivenEvents: "Events of type {type} are read from {file}.",
    syntax.Expect: "The book must answer {value} for {subject}[ with {attributes}][ at {at}][ on {on}].",
}  # fmt: skip

_PIECE = re.compile(r"\[(?:([?!])(\w+):)?([^\]]*)\]")
_PART = re.compile(r"\{(\w+)\}")


def meaning(node: Node, lines: Lines) -> str | None:
    """The sentence for a node, with the parts of its clause as they are written; None for what is no rule."""
    template = MEANINGS.get(type(node))
    if template is None:
        return None
    written = _PIECE.sub(lambda found: _piece(found, node), template)
    sentence = _PART.sub(lambda found: _text(node, found.group(1), lines), written)
    return sentence[:1].upper() + sentence[1:]


def _piece(found: re.Match[str], node: Node) -> str:
    sign, condition, text = found.groups()
    needed = [condition] if condition else _PART.findall(text)
    written = all(getattr(node, name) for name in needed)
    return text if written is not (sign == "!") else ""


def _text(node: Node, field: str, lines: Lines) -> str:
    value = node if field == "text" else getattr(node, field)
    if isinstance(value, Node):
        return " ".join(lines.of(value.span).split())
    if isinstance(value, tuple):
        return ", ".join(" ".join(lines.of(one.span).split()) for one in value)
    return str(value)
