"""Where a process ends itself as kill -9 does.

A worker: after the first statement that matches the pattern in CRASH_AFTER, before its transaction commits.
A web process: for a request with the header X-Crash: "answer" once everything is committed and the answer is
computed but not sent, any other value as a pattern like the worker's.
"""

import os
import re
import signal

from django.db import connection
from django.db.backends.signals import connection_created

from yizhan.kernel.api import Actor, audit, timers

TIMER = "crash.ring"


def install():
    timers.on(TIMER, ring)
    if pattern := os.environ.get("CRASH_AFTER"):
        connection_created.connect(lambda connection, **_: _arm(connection, pattern), weak=False)


def ring(subject, _due_at):
    """A timer's effect that can be counted."""
    audit(Actor.system("crash"), "crash.rang", subject)


def _arm(opened, pattern):
    opened.execute_wrappers.append(die_after(pattern))


def die_after(pattern):
    wanted = re.compile(pattern, re.DOTALL)

    def run(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if wanted.search(f"{sql} {params}"):
            die()
        return result

    return run


def die():
    os.kill(os.getpid(), signal.SIGKILL)


class KillMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        where = request.headers.get("X-Crash")
        if where is None:
            return self.get_response(request)
        if where == "answer":
            self.get_response(request)
            die()
        with connection.execute_wrapper(die_after(where)):
            return self.get_response(request)
