"""Writes names.json: the public names of the modules that PYTHON.md speaks of, as the Python that runs this has them.

python3 -m venv venv && venv/bin/pip install joblib && venv/bin/python docs/python/names.py > docs/python/names.json

What later versions of Python added is in later.json, by hand.
"""

import asyncio
import concurrent.futures
import json
import multiprocessing
import multiprocessing.connection
import multiprocessing.managers
import multiprocessing.pool
import multiprocessing.queues
import multiprocessing.shared_memory
import platform
import queue
import threading

import joblib


def public(names):
    return sorted(name for name in names if not name.startswith("_"))


def members(title, thing):
    """The names of an object's attributes, as Lock.acquire, without those of its base classes that have rows of their own."""
    inherited = {name for base in bases if base is not thing for name in dir(base) if issubclass(type_of(thing), base)}
    return [f"{title}.{name}" for name in public(set(dir(thing)) - inherited)]


def type_of(thing):
    return thing if isinstance(thing, type) else type(thing)


def module(source, objects):
    names = public(source.__all__)
    return names + [name for title, thing in objects.items() for name in members(title, thing)]


def of(source, *names):
    return {name: getattr(source, name) for name in names}


bases = [threading.Thread, joblib.Logger]
context = multiprocessing.get_context("spawn")
connection = multiprocessing.connection
managers = multiprocessing.managers
memory = multiprocessing.shared_memory
names = {
    "threading": module(
        threading,
        of(threading, "Thread", "Timer", "Semaphore", "Event", "Barrier")
        | {"Lock": threading.Lock(), "RLock": threading.RLock(), "Condition": threading.Condition()},
    ),
    "queue": module(queue, of(queue, "Queue", "SimpleQueue")),
    "multiprocessing": module(
        multiprocessing,
        {
            "Process": multiprocessing.Process,
            "Pool": multiprocessing.pool.Pool,
            "AsyncResult": multiprocessing.pool.AsyncResult,
            "Queue": multiprocessing.queues.JoinableQueue,
            "SimpleQueue": multiprocessing.queues.SimpleQueue,
            "Connection": connection.Connection,
            "Lock": context.Lock(),
            "Semaphore": context.Semaphore(),
            "Value": context.Value("i"),
            "Array": context.Array("i", 1),
        },
    )
    + [f"connection.{name}" for name in public(connection.__all__) if name != "Pipe"]
    + members("connection.Listener", connection.Listener)
    + [f"managers.{name}" for name in public(managers.__all__)]
    + members("managers.SyncManager", managers.SyncManager)
    + [f"shared_memory.{name}" for name in public(memory.__all__)]
    + [name for title in memory.__all__ for name in members(f"shared_memory.{title}", getattr(memory, title))],
    "concurrent.futures": module(
        concurrent.futures, of(concurrent.futures, "Future", "Executor")
    ),
    "asyncio": module(
        asyncio,
        of(asyncio, "Task", "TaskGroup", "Timeout", "Queue", "Lock", "Event", "Condition", "Semaphore", "Barrier", "Runner")
        | of(asyncio, "AbstractEventLoop"),
    ),
    "joblib": module(joblib, of(joblib, "Memory", "MemorizedResult", "Parallel")),
}
versions = {"python": platform.python_version(), "joblib": joblib.__version__}
print(json.dumps({"versions": versions, "names": {title: sorted(set(all)) for title, all in names.items()}}, indent=2))
