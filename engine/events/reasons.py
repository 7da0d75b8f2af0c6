"""Why an event was put into quarantine: stable codes, and the sentence for each."""

from __future__ import annotations

__all__ = ["REASONS", "sentence"]

REASONS: dict[str, str] = {
    "not-json": "the record is not valid JSON in UTF-8",
    "not-an-object": "the record is not a JSON object",
    "too-large": "the event is larger than 64 KB",
    "attribute-not-text": "a CloudEvents attribute is not a string",
    "specversion": '`specversion` is missing or not "1.0"',
    "no-id": "`id` is missing or empty",
    "no-source": "`source` is missing or empty",
    "no-type": "`type` is missing or empty",
    "no-subject": "`subject` is missing or empty: nobody to bill",
    "no-time": "`time` is missing or empty",
    "control-character": "an attribute holds a control character",
    "bad-time": "`time` is not an RFC 3339 instant with an offset, in the years 1 to 9999",
    "time-too-fine": "`time` has more than 6 fractional digits",
    "in-the-future": "`time` is more than a day after now",
    "two-payloads": "the event has both `data` and `data_base64`",
    "too-many-places": "a number has more than 12 decimal places",
    "not-finite": "a number is NaN or infinite",
    "out-of-range": "a number is 10^26 or more in size",
    "bad-row": "the row has another number of columns than the header",
    "no-target": "a withdrawal does not name the event it means: `id` in a retraction's data, or `amends`",
    "unknown-target": "the event to withdraw is not in the log",
    "other-account": "the event to withdraw belongs to another subject",
    "other-type": "an amendment is not of the type of the event it replaces",
    "already-withdrawn": "the event was retracted or amended before",
    "conflict": "the same source and id were already stored with other content",
}


def sentence(reason: str, detail: str = "") -> str:
    """The reason as a sentence, with what was found behind it."""
    return f"{REASONS[reason]} ({detail})" if detail else REASONS[reason]
