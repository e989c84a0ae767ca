"""Remarks: input that was used, but read otherwise than it was written."""

from __future__ import annotations

from typing import final


@final
class Remark(UserWarning):
    """What was read otherwise than it was written; the message names the place, what was there and what was taken."""
