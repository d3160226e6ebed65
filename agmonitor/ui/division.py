"""How the height of a group's view is divided between what stands above, the time axis and the tabs."""

from __future__ import annotations

GAP_PX, GAP_TIGHT_PX = 11, 7
TIGHT_BELOW_PX = 800  # a laptop's screen: every line counts
TABS_SHARE, TABS_LEAST_PX, TABS_MOST_PX = 0.27, 120, 330
ROOMY_SHARE = 0.5  # of a tab that wants room, as far as the time axis has any to give


def is_tight(height_px: int) -> bool:
    return height_px < TIGHT_BELOW_PX


def gap_px(height_px: int) -> int:
    return GAP_TIGHT_PX if is_tight(height_px) else GAP_PX


def tabs_px(
    height_px: int, wanted_px: int, axis_px: int, *, roomy: bool, least_px: int = TABS_LEAST_PX
) -> int:
    """Of a height for both what the tabs get: their share, or what they want, less what the axis needs.

    ``roomy``: a picture, which does with less room worse than rows that scroll; ``axis_px``: below that the
    axis would say less; ``least_px``: below that what the tabs show would be cut.
    """
    share = ROOMY_SHARE if roomy else TABS_SHARE
    wanted = min(wanted_px, round(height_px * ROOMY_SHARE))
    tabs = min(max(TABS_LEAST_PX, wanted, round(height_px * share)), TABS_MOST_PX)
    return max(least_px, min(tabs, height_px - axis_px))
