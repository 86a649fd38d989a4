"""CuPy for the suite of GPUs: the cases of src/gpu/gpu-case.ts, as a good user of CuPy would write them. It answers what protocol.py says.

A call ends when the device has finished; inputs are on the device before, except in "copies". What is timed in "launch" is the
host: 1,000 launches, without the wait for the device.
"""

import platform
import time

import cupy as cp
import numpy as np
from protocol import Contender, contenders, main, read

step = cp.ElementwiseKernel("float32 a, float32 x, float32 y", "float32 out", "out = a * y + x", "step")
flip = cp.ElementwiseKernel("float32 a, float32 y", "float32 out", "out = a - y", "flip")
COPIES = 20
wait = cp.cuda.Device().synchronize


def versions():
    name = cp.cuda.runtime.getDeviceProperties(cp.cuda.Device().id)["name"].decode()
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": None,
        "threads": 1,
        "cupy": cp.__version__,
        "device": name,
    }


class Device(Contender):
    """A call, and the wait for it."""

    def __init__(self, call):
        super().__init__(self.waited(call), None)

    def waited(self, call):
        def waiting():
            result = call()
            wait()
            return result

        return waiting

    def values(self):
        return cp.asnumpy(self.last) if isinstance(self.last, cp.ndarray) else self.last


class Launches(Contender):
    """Host time of one launch."""

    def __init__(self, y, scalars):
        super().__init__(None, None)
        self.first, self.y, self.scalars = cp.asarray(y), cp.asarray(y), [np.float32(a) for a in scalars]

    def batch(self, size):
        elapsed = 0.0
        for _ in range(size):
            cp.copyto(self.y, self.first)
            wait()
            y = self.y
            start = time.perf_counter()
            for a in self.scalars:
                flip(a, y, y)
            elapsed += (time.perf_counter() - start) * 1000
            wait()
        return elapsed

    def warm(self, minimum_ms):
        return super().warm(minimum_ms) / len(self.scalars)

    def values(self):
        return cp.asnumpy(self.y)


def open_elementwise(a, x, y, steps):
    xs, first = cp.asarray(x), cp.asarray(y)
    left, right = cp.empty_like(xs), cp.empty_like(xs)
    a = np.float32(a)

    def call():
        source, target = first, left
        for _ in range(steps):
            step(a, xs, source, target)
            source, target = target, right if target is left else left
        return source

    return Device(call)


def open_copy(x):
    xs = cp.asarray(x)
    out = cp.empty_like(xs)

    def call():
        for _ in range(COPIES):
            cp.copyto(out, xs)
        return out

    return Device(call)


def open_copies(a, x):
    a = np.float32(a)
    return Device(lambda: cp.asnumpy(a - cp.asarray(x)))


def open_matmul(a, b, n):
    left, right, out = cp.asarray(a).reshape(n, n), cp.asarray(b).reshape(n, n), cp.empty((n, n), np.float32)
    return Device(lambda: cp.matmul(left, right, out=out))


def open_sum(x):
    xs = cp.asarray(x)
    return Device(lambda: float(cp.sum(xs)))


def open_scan(x):
    xs = cp.asarray(x)
    return Device(lambda: cp.cumsum(xs))


def open_sort(x):
    xs = cp.asarray(x)
    return Device(lambda: cp.sort(xs))


openers = {
    "launch": Launches,
    "elementwise": open_elementwise,
    "copy": open_copy,
    "copies": open_copies,
    "matmul": open_matmul,
    "sum": open_sum,
    "scan": open_scan,
    "sort": open_sort,
}


def op_open(request):
    contenders.clear()
    inputs = {name: read(value) for name, value in request["inputs"].items()}
    contenders["cupy"] = openers[request["case"]](**inputs)
    return {"missing": {}}


main(versions, open=op_open)
