"""Structured logs, one JSON object a line. What a person typed never gets in: no query, no exception's text."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

EventDict = MutableMapping[str, Any]


def _fault_without_its_words(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Keep where a fault happened and its class; its text may quote a name or a number."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    elif isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if isinstance(info, tuple) and info[0] is not None:
        frames = []
        step = info[2]
        while step is not None:
            frames.append(f"{step.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{step.tb_lineno}")
            step = step.tb_next
        event["fault"] = info[0].__name__
        event["at"] = frames[-8:]
    return event


def _request_by_route(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Django's own lines name the request's path: keep the route alone."""
    record = event.get("_record")
    request = getattr(record, "request", None)
    if request is not None:
        match = getattr(request, "resolver_match", None)
        event["event"] = f"http_{getattr(record, 'status_code', 'problem')}"
        event["route"] = match.view_name if match else "unresolved"
    return event


def configure(options: dict[str, Any]) -> None:
    """Send both structlog and standard logging to standard error as JSON."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                _request_by_route,
                _fault_without_its_words,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(options.get("level", "INFO"))
    for noisy in ("django.server", "fontTools", "asyncio"):
        logging.getLogger(noisy).setLevel("WARNING")
