"""The words of the language, written from the grammar by tools/editors.py."""

DECLARATIONS = (
    """
    add_on band book calendar charge contract coupon currency dimension dunning feature index meter phase plan tax unit
    wallet
    """
).split()

KEYWORDS = (
    """
    a above absorb adds after alert amendment and any apply as at below bill billable billed billing binary by cap
    carried collect commit committed corrections coterm count credit day decimal decimals discount draw draws due each
    earlier early end escalate event events every everything example except expect expires failure finally first flat
    follow for forever free from gap given graduated grant grants highest holds holidays id in included known lasts
    lateness least licensed limit list matrix measure metered minimum most multiple not of on once or otherwise over
    overage override package paused pay payment pays per percentile period plus pool price priority prorate prorated
    quantity ratchet recharge redeem redemption redemptions removes retry rollover round rounded series session signed
    signup sliding sold source stack taxed then through tier timezone to top trial true tumbling up usage use used
    version volume weigh when where with within worth zero
    """
).split()

ATOMS = (
    """
    add advance apr arrears aug automatically average cancel change changes daily dec down downgrade feb fri full
    half_even half_up half_yearly hard hourly integral invoice jan jul jun latest line manually mar max may min mon
    monthly multiply next none note nothing nov now oct order own quarterly running sat secondly sep soft sum sun thu
    time_weighted tue unique unprorated upgrade wed weekdays weekends weekly yearly
    """
).split()
