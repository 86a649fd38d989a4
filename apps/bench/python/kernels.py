"""NumPy and Numba for apps/bench: the same computations, as a good user of each would write them.

It answers what protocol.py says, and {"op": "layer"} -> {"layer"}: which threads Numba used, or null.

Numba functions are compiled once per process, so only the first size of a case compiles.
"""

import math
import platform

import numpy as np
from protocol import Contender, contenders, main, read

try:
    import numba
    from numba import njit, prange
except ImportError:
    numba = None

    def njit(**_options):
        return lambda function: function

    prange = range

f32 = np.float32
HALF, ONE, SOFTENING = f32(0.5), f32(1), f32(0.01)
NINTH = f32(1 / 9)


def versions():
    threads = numba.get_num_threads() if numba else 1
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__ if numba else None,
        "threads": threads,
    }


# Each body is compiled twice: with threads, and on one thread, where prange is range. error_model: otherwise each division
# looks for a zero to raise an exception, and its loop gets no SIMD.
def compiled(body):
    return {
        "numba": njit(fastmath=True, error_model="numpy")(body),
        "numba-parallel": njit(parallel=True, fastmath=True, error_model="numpy")(body),
    }


def saxpy_loop(a, x, y, out):
    for i in prange(x.size):
        out[i] = a * x[i] + y[i]


def sqrt_chain_loop(x, y, out):
    for i in prange(x.size):
        out[i] = math.sqrt(x[i] * x[i] + y[i] * y[i]) * HALF + ONE


def exp_sin_loop(x, out):
    for i in prange(x.size):
        out[i] = math.exp(-x[i]) * math.sin(x[i])


def sum_loop(x):
    total = f32(0)
    for i in prange(x.size):
        total += x[i]
    return total


def dot_loop(x, y):
    total = f32(0)
    for i in prange(x.size):
        total += x[i] * y[i]
    return total


def blur_loop(image, out):
    height, width = image.shape
    for row in prange(height):
        above, here, below = image[max(row - 1, 0)], image[row], image[min(row + 1, height - 1)]
        target = out[row]
        for i in range(1, width - 1):
            target[i] = NINTH * (
                above[i - 1] + above[i] + above[i + 1]
                + here[i - 1] + here[i] + here[i + 1]
                + below[i - 1] + below[i] + below[i + 1]
            )
        last = width - 1
        target[0] = NINTH * (
            f32(2) * (above[0] + here[0] + below[0]) + above[1] + here[1] + below[1]
        )
        target[last] = NINTH * (
            f32(2) * (above[last] + here[last] + below[last]) + above[last - 1] + here[last - 1] + below[last - 1]
        )


def mandelbrot_loop(size, limit, out):
    scale = f32(3) / f32(size)
    for row in prange(size):
        ci = f32(row) * scale - f32(1.5)
        for column in range(size):
            cr = f32(column) * scale - f32(2)
            zr = f32(0)
            zi = f32(0)
            count = 0
            while count < limit and zr * zr + zi * zi <= f32(4):
                zr, zi = zr * zr - zi * zi + cr, f32(2) * zr * zi + ci
                count += 1
            out[row, column] = count


def n_body_loop(x, y, z, mass, ax, ay, az):
    for i in prange(x.size):
        xi, yi, zi = x[i], y[i], z[i]
        sx = sy = sz = f32(0)
        for j in range(x.size):
            dx, dy, dz = x[j] - xi, y[j] - yi, z[j] - zi
            square = dx * dx + dy * dy + dz * dz + SOFTENING
            pull = mass[j] / (square * math.sqrt(square))
            sx += dx * pull
            sy += dy * pull
            sz += dz * pull
        ax[i], ay[i], az[i] = sx, sy, sz


def histogram_loop(values, parts, out):
    step = (values.size + parts.shape[0] - 1) // parts.shape[0]
    for part in prange(parts.shape[0]):
        bins = np.zeros(256, np.int32)
        for i in range(part * step, min((part + 1) * step, values.size)):
            bins[values[i]] += 1
        parts[part] = bins
    out[:] = 0
    for part in range(parts.shape[0]):
        for i in range(256):
            out[i] += parts[part, i]


def matmul_loop(a, b, out):
    n = a.shape[0]
    for i in prange(n):
        row = out[i]
        row[:] = f32(0)
        for k in range(n):
            factor, other = a[i, k], b[k]
            for j in range(n):
                row[j] += factor * other[j]


loops = {
    "saxpy": saxpy_loop,
    "sqrt-chain": sqrt_chain_loop,
    "exp-sin": exp_sin_loop,
    "sum": sum_loop,
    "dot": dot_loop,
    "blur": blur_loop,
    "mandelbrot": mandelbrot_loop,
    "n-body": n_body_loop,
    "histogram": histogram_loop,
    "matmul": matmul_loop,
}
jitted = {}


def functions_of(name):
    if name not in jitted:
        jitted[name] = compiled(loops[name]) if numba else {}
    return jitted[name]


# A case gives, for its inputs, the arguments of the loop, the result (None: what the loop returns), and NumPy's way.
def elementwise(*arguments, numpy):
    out = np.empty_like(arguments[-1])
    return (*arguments, out), out, {"numpy": numpy}


def open_saxpy(a, x, y):
    a = f32(a)
    return elementwise(a, x, y, numpy=lambda: a * x + y)


def open_sqrt_chain(x, y):
    return elementwise(x, y, numpy=lambda: np.sqrt(x * x + y * y) * HALF + ONE)


def open_exp_sin(x):
    return elementwise(x, numpy=lambda: np.exp(-x) * np.sin(x))


def open_sum(x):
    return (x,), None, {"numpy": lambda: np.sum(x)}


def open_dot(x, y):
    return (x, y), None, {"numpy": lambda: np.dot(x, y)}


def open_blur(image, width, height):
    image = image.reshape(height, width)
    out = np.empty_like(image)

    def numpy():
        padded = np.pad(image, 1, mode="edge")
        rows = padded[:-2] + padded[1:-1] + padded[2:]
        return (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) * NINTH

    return (image, out), out, {"numpy": numpy}


def open_mandelbrot(size, limit):
    out = np.empty((size, size), np.int32)
    return (size, limit, out), out, {"numpy": "each pixel stops at its own time: NumPy has no such loop"}


def open_n_body(x, y, z, mass):
    out = np.empty((3, x.size), f32)

    def numpy():
        dx, dy, dz = (p[None, :] - p[:, None] for p in (x, y, z))
        square = dx * dx + dy * dy + dz * dz + SOFTENING
        pull = mass / (square * np.sqrt(square))
        return np.stack([(d * pull).sum(axis=1) for d in (dx, dy, dz)])

    return (x, y, z, mass, out[0], out[1], out[2]), out, {"numpy": numpy}


def open_histogram(values):
    out = np.empty(256, np.int32)
    parts = np.empty((numba.get_num_threads() if numba else 1, 256), np.int32)
    return (values, parts, out), out, {"numpy": lambda: np.bincount(values, minlength=256)}


def open_matmul(a, b, n):
    a, b = a.reshape(n, n), b.reshape(n, n)
    out = np.empty((n, n), f32)
    library = {"numpy": "NumPy has only BLAS here: see the next line", "blas": lambda: np.dot(a, b, out=out)}
    return (a, b, out), out, library


def bound(function, arguments):
    return lambda: function(*arguments)


def op_open(request):
    opener = globals()["open_" + request["case"].replace("-", "_")]
    arguments, out, library = opener(**{name: read(value) for name, value in request["inputs"].items()})
    contenders.clear()
    for name, function in functions_of(request["case"]).items():
        contenders[name] = Contender(bound(function, arguments), out)
    missing = {}
    for name, call in library.items():
        if isinstance(call, str):
            missing[name] = call
        else:
            contenders[name] = Contender(call, None)
    return {"missing": missing}


def op_layer(_request):
    try:
        return {"layer": numba.threading_layer()}
    except (AttributeError, ValueError):  # not installed, or nothing ran in parallel
        return {"layer": None}


main(versions, open=op_open, layer=op_layer)
