"""Whether a hook is subscribed once, can be called, and leans on no request that is not there."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from agmonitor.hooklint.code import Function
from agmonitor.hooklint.remarks import Remark, Rule, remark
from agmonitor.hooklint.subscriptions import Subscription, reached

REQUEST_BOUND = frozenset({"flask.g", "flask.request", "flask.session"})


def misplaced(hook: Subscription) -> Iterator[Remark]:
    yield from _not_followed(hook)
    yield from _subscribed_again(hook)
    yield from _cannot_be_called(hook)
    yield from _leans_on_request(hook)


def _not_followed(hook: Subscription) -> Iterator[Remark]:
    """Given by a decorator, a loop, a factory or an object: what it does stays unseen, so it is not clean."""
    if hook.callback is not None:
        return
    name = hook.callback_name
    why = f"The text does not tell which function {name} is, so nothing that it does was checked."
    mended = "subscribe(EventId.NODE_ROLE_CHANGED, on_role_change)  # a function by its name"
    yield remark(Rule.NOT_FOLLOWED, hook.module, hook.call, why, mended, hook)


def _subscribed_again(hook: Subscription) -> Iterator[Remark]:
    """In a page's function: once more at every request."""
    if hook.within is None or not _serves(hook.within):
        return
    why = (
        "This subscribes again at every request, so the hook runs as often as the page was asked for;"
        " nothing can unsubscribe it."
    )
    mended = f"subscribe(EventId.NODE_ROLE_CHANGED, {hook.callback_name})  # at the module's level"
    yield remark(Rule.SUBSCRIBED_AGAIN, hook.module, hook.call, why, mended, hook)


def _serves(function: Function) -> bool:
    decorators = [] if isinstance(function, ast.Lambda) else function.decorator_list
    return any("route" in ast.unparse(each).split("(")[0] for each in decorators)


def _cannot_be_called(hook: Subscription) -> Iterator[Remark]:
    """The platform gives the event by position, and nothing else that is sure."""
    place, named = hook.callback, hook.named
    if place is None or isinstance(named, ast.Call):  # a partial has its arguments already
        return
    taken = place.function.args
    bound = place.owner is not None
    names = [arg.arg for arg in (*taken.posonlyargs, *taken.args)][1 if bound else 0 :]
    required = len(names) - len(taken.defaults)
    wanted = [
        arg.arg for arg, given in zip(taken.kwonlyargs, taken.kw_defaults, strict=True) if given is None
    ]
    if (names or taken.vararg) and required <= 1 and not wanted:
        return
    what = "takes no event" if not names and not taken.vararg else "needs more than the event"
    why = f"{place.name} {what}; it is called with the event as its one positional argument."
    own = "self, " if bound else ""
    mended = f"def {place.name.rpartition('.')[2].strip('<>')}({own}event, **_):"
    yield remark(Rule.CANNOT_BE_CALLED, place.module, place.function, why, mended, hook)


def _leans_on_request(hook: Subscription) -> Iterator[Remark]:
    if hook.callback is None:
        return
    for place in reached(hook.callback):
        for node in place.body():
            if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
                continue
            dotted = place.module.imports.get(node.id)
            if dotted in REQUEST_BOUND:
                why = (
                    f"{node.id} exists only while a page is served; in a hook nobody has asked for one and"
                    " nobody is signed in, so this ends in a RuntimeError."
                )
                mended = "app.logger.info(…)  # and a client of its own, with an account of its own"
                yield remark(Rule.OUTSIDE_A_REQUEST, place.module, node, why, mended, hook)
