"""How the bench talks to Python: one request per line on standard input, one reply per line on standard output; both are JSON.

  {"op": "open", "case", "inputs": {name: number | {"file", "dtype"}}}  -> {"missing": {contender: reason}}
  {"op": "cold", "contender"}                                           -> {"ms"}   one call; compiles
  {"op": "warm", "contender", "minimum_ms"}                             -> {"ms"}   of one call, over calls that take so long
  {"op": "values", "contender", "file"}                                 -> {}       the last result, as float64, in the file
A failure is {"error"}. With --versions, a program prints versions and ends. Its own operations are given to `main`.
"""

import json
import os
import sys
import time

import numpy as np


class Contender:
    def __init__(self, call, out):
        self.call = call
        self.out = out
        self.size = 1
        self.last = None

    def batch(self, size):
        call = self.call
        start = time.perf_counter()
        for _ in range(size):
            last = call()
        elapsed = (time.perf_counter() - start) * 1000
        self.last = last if self.out is None else self.out
        return elapsed

    def values(self):
        return self.last

    # As src/measure.ts does it.
    def warm(self, minimum_ms):
        calls, total = 0, 0.0
        while total < minimum_ms:
            elapsed = self.batch(self.size)
            total += elapsed
            calls += self.size
            if elapsed < minimum_ms / 16:
                self.size *= 2
            elif elapsed > minimum_ms / 4:
                self.size = max(1, self.size // 4)
        return total / calls


contenders = {}


def read(value):
    if not isinstance(value, dict):
        return value
    return np.fromfile(value["file"], value["dtype"])


def op_cold(request):
    return {"ms": contenders[request["contender"]].batch(1)}


def op_warm(request):
    return {"ms": contenders[request["contender"]].warm(request["minimum_ms"])}


def op_values(request):
    np.asarray(contenders[request["contender"]].values(), np.float64).ravel().tofile(request["file"])
    return {}


def answer(operations, line):
    try:
        request = json.loads(line)
        return operations[request["op"]](request)
    except Exception as error:  # the other side shows it
        return {"error": f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error) else ''}"}


def main(versions, **operations):
    """`operations` by name: "open", and what else the program answers."""
    if "--versions" in sys.argv:
        print(json.dumps(versions()))
        return
    operations = {"cold": op_cold, "warm": op_warm, "values": op_values, **operations}
    # Replies go to the real standard output; whatever a library prints goes to standard error.
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        print(json.dumps(answer(operations, line)), file=replies, flush=True)
