"""The pools of concurrent.futures and multiprocessing: one of them, by name, measured as the others are. Prints JSON."""

import json
import math
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

ROUNDS = 3
LONE_WARM_UPS = 1000
PAUSE = 0.001


def add(a, b):
    return a + b


def echo(data):
    return data


def burst(pool, count):
    start = time.perf_counter()
    futures = [pool.submit(add, i, 1) for i in range(count)]
    results = [future.result() for future in futures]
    elapsed = time.perf_counter() - start
    assert results == list(range(1, count + 1))
    return count / elapsed


def lone(pool, count):
    for i in range(LONE_WARM_UPS):
        pool.submit(add, i, 1).result()
    times = []
    for i in range(count):
        time.sleep(PAUSE)
        start = time.perf_counter()
        pool.submit(add, i, 1).result()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.mean(sorted(times)[: math.ceil(0.9 * len(times))])


def large(pool, length):
    data = bytes(length)
    start = time.perf_counter()
    assert len(pool.submit(echo, data).result()) == length
    return (time.perf_counter() - start) * 1000


def main(kind, workers, count, lone_count, length):
    executor = {"threads": ThreadPoolExecutor, "processes": ProcessPoolExecutor}[kind]
    with executor(max_workers=workers) as pool:
        for _ in range(ROUNDS):
            burst(pool, count // 4)
        print(
            json.dumps(
                {
                    "perSecond": statistics.median(burst(pool, count) for _ in range(ROUNDS)),
                    "loneMs": lone(pool, lone_count),
                    "echoMs": statistics.median(large(pool, length) for _ in range(ROUNDS)),
                }
            )
        )


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
