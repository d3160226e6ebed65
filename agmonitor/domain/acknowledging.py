"""A person's word that an episode, or a change of Primary nothing explains, has been seen.

It ends finding 18 and stands with the episode; it changes nothing else, and the first word stays.
"""

from __future__ import annotations

from agmonitor.domain.events import Acknowledgement, Episode
from agmonitor.domain.memory import PrimaryChange
from agmonitor.domain.observations import Acknowledged
from agmonitor.domain.replacing import replace
from agmonitor.domain.state import GroupState
from agmonitor.said import phrase


def acknowledged(state: GroupState, item: Acknowledged) -> GroupState | None:
    """The state with that noted; None where there is nothing of the kind to take note of."""
    memory = state.memory
    change = memory.change
    if item.episode is None:
        if change is None or change.ordered_here or change.explained or change == memory.acknowledged_change:
            return None
        return replace(state, memory=replace(memory, acknowledged_change=change))
    if not 1 <= item.episode <= memory.episode_count:
        return None
    word = Acknowledgement(item.at, item.who, item.why)
    episode, found = state.episode, _numbered(state, item.episode)
    if change is not None and found is not None and _holds(found, change):
        memory = replace(memory, acknowledged_change=change)
    if episode is not None and episode.number == item.episode:
        episode = _noted(episode, word)
    ended = state.episodes
    if any(each.number == item.episode for each in ended):
        ended = tuple(_noted(each, word) if each.number == item.episode else each for each in ended)
    return replace(state, episode=episode, episodes=ended, memory=memory)


def said(item: Acknowledged) -> str:
    if item.episode is None:
        return phrase(
            "{who} acknowledged the unexplained change of Primary: {why}", who=item.who, why=item.why
        )
    return phrase(
        "{who} acknowledged episode {number}: {why}", who=item.who, number=item.episode, why=item.why
    )


def nothing_like(item: Acknowledged) -> str:
    """Why there is nothing to acknowledge."""
    if item.episode is None:
        return "There is no change of Primary that nothing explains and nobody has acknowledged."
    return f"There is no episode {item.episode}."


def _numbered(state: GroupState, number: int) -> Episode | None:
    told = (*state.episodes, *((state.episode,) if state.episode is not None else ()))
    return next((each for each in told if each.number == number), None)


def _holds(episode: Episode, change: PrimaryChange) -> bool:
    """Whether that change of Primary is part of the episode, a bounce's way back included."""
    until = episode.ended_at
    return episode.began_at <= change.at and (until is None or change.at <= until)


def _noted(episode: Episode, word: Acknowledgement) -> Episode:
    return episode if episode.acknowledged is not None else replace(episode, acknowledged=word)
