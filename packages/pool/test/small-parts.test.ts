import { getEventListeners } from "node:events";
import { SignalWatch, TimeoutError } from "@everycore/core";
import { describe, expect, it } from "vitest";
import { Histogram } from "../src/host/histogram.js";
import { Room } from "../src/host/room.js";
import { SubmitBurst, type SubmitSite, SubmitSites } from "../src/host/submit-sites.js";
import { outcomeOf, seeded, turn } from "./support.js";

describe("Histogram", () => {
  it("is zero when it is empty", () => {
    expect(new Histogram().snapshot()).toEqual({ count: 0, mean: 0, p50: 0, p99: 0, max: 0 });
    expect(new Histogram().mean).toBe(0);
  });

  it("gives percentiles to within an eighth, mean and maximum exactly", () => {
    const seed = Number(process.env.SEED ?? Date.now() % 1e9);
    const random = seeded(seed);
    for (let round = 0; round < 50; round++) {
      const values = Array.from({ length: 1 + random.below(200) }, () => 2 ** (random.next() * 30 - 9));
      const histogram = new Histogram();
      for (const value of values) histogram.record(value);
      const sorted = [...values].sort((a, b) => a - b);
      const { count, mean, p50, p99, max } = histogram.snapshot();
      const label = `SEED=${seed}, round ${round}`;
      expect(count, label).toBe(values.length);
      expect(mean, label).toBeCloseTo(values.reduce((a, b) => a + b) / values.length, 6);
      expect(max, label).toBe(sorted.at(-1));
      for (const [share, estimate] of [
        [0.5, p50],
        [0.99, p99],
      ] as const) {
        const exact = sorted[Math.ceil(values.length * share) - 1] as number;
        expect(estimate / exact, label).toBeGreaterThan(0.874);
        expect(estimate / exact, label).toBeLessThan(1.126);
      }
    }
  });

  it("takes zero, tiny and huge durations", () => {
    const histogram = new Histogram();
    for (const ms of [0, 1e-9, 2 ** -10, 1e15]) histogram.record(ms);
    expect(histogram.snapshot()).toMatchObject({ count: 4, max: 1e15 });
    const zero = new Histogram();
    zero.record(0);
    expect(zero.snapshot()).toEqual({ count: 1, mean: 0, p50: 0, p99: 0, max: 0 });
  });
});

describe("Room", () => {
  it("E10 lets nobody wait who need not", async () => {
    const room = new Room(2);
    expect([0, 1, 2, 3].map((outstanding) => room.isFull(outstanding))).toEqual([false, false, true, true]);
    expect(new Room(Number.POSITIVE_INFINITY).isFull(1e9)).toBe(false);
    await room.wait(1, {});
  });

  it("E10 wakes those who wait in order, as many as there is room for", async () => {
    const room = new Room(3);
    const woken: number[] = [];
    for (const number of [0, 1, 2, 3]) void room.wait(3, {}).then(() => woken.push(number));
    room.update(3);
    await turn();
    expect(woken).toEqual([]);
    room.update(2);
    await turn();
    expect(woken).toEqual([0]);
    room.update(1);
    await turn();
    expect(woken).toEqual([0, 1, 2]);
  });

  it("E10 forgets those who gave up, and rejects the rest when it closes", async () => {
    const room = new Room(1);
    const controller = new AbortController();
    const quick = outcomeOf(room.wait(1, { timeoutMs: 1 }));
    const bored = outcomeOf(room.wait(1, { signal: controller.signal }));
    const patient = outcomeOf(room.wait(1, {}));
    const last = outcomeOf(room.wait(1, {}));
    controller.abort("bored");
    expect((await quick) as { thrown: unknown }).toMatchObject({ thrown: expect.any(TimeoutError) });
    expect(await bored).toEqual({ thrown: "bored" });
    room.update(0);
    expect(await patient).toEqual({ value: undefined });
    const closed = new Error("closed");
    room.close(closed);
    expect(await last).toEqual({ thrown: closed });
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
  });

  it("checks the options at the call", () => {
    expect(() => new Room(1).wait(0, { timeoutMs: -1 })).toThrow(RangeError);
  });
});

describe("SignalWatch", () => {
  it("L8 has one listener per signal, and none when nobody watches any more", () => {
    const watch = new SignalWatch();
    const [a, b] = [new AbortController(), new AbortController()];
    const count = (): number[] => [a, b].map(({ signal }) => getEventListeners(signal, "abort").length);
    const stops = Array.from({ length: 100 }, () => watch.add(a.signal, () => {}));
    stops.push(watch.add(b.signal, () => {}));
    expect(count()).toEqual([1, 1]);
    for (const stop of stops.slice(1)) stop();
    expect(count()).toEqual([1, 0]);
    stops[0]?.();
    stops[0]?.();
    expect(count()).toEqual([0, 0]);
    watch.add(a.signal, () => {});
    expect(count()).toEqual([1, 0]);
  });

  it("tells all who watch, once, also when they stop watching meanwhile", () => {
    const watch = new SignalWatch();
    const controller = new AbortController();
    const told: number[] = [];
    const stops: Array<() => void> = [];
    for (const number of [0, 1, 2]) {
      stops.push(
        watch.add(controller.signal, () => {
          told.push(number);
          stops[number]?.();
        }),
      );
    }
    controller.abort();
    expect(told).toEqual([0, 1, 2]);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
  });

  it("stopping after the signal fired does not disturb a new watch", () => {
    const watch = new SignalWatch();
    const { signal } = new AbortController();
    const first = watch.add(signal, () => {});
    first();
    const second = watch.add(signal, () => {});
    first();
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    second();
  });
});

describe("SubmitSites", () => {
  const capture = (sites: SubmitSites, burst: SubmitBurst): SubmitSite | undefined =>
    sites.capture(burst, capture as never);
  const returns = (sites: SubmitSites, times: number): void => {
    for (let time = 0; time < times; time++) sites.ran(false);
  };

  it("X2 captures the caller, exactly for the first sixteen of a burst", () => {
    const [sites, burst] = [new SubmitSites(), new SubmitBurst()];
    function submitter(): SubmitSite | undefined {
      return capture(sites, burst);
    }
    const all = Array.from({ length: 100 }, submitter);
    expect(all.filter((site) => site?.exact)).toHaveLength(16);
    expect(all[99]).toEqual({ trace: all[15]?.trace, exact: false });
    expect(all[0]?.trace.stack).toContain("submitter");
    expect(all[0]?.trace.stack).not.toContain("capture");
  });

  it("X2 captures again after a pause", () => {
    const [sites, burst] = [new SubmitSites(), new SubmitBurst()];
    for (let call = 0; call < 20; call++) capture(sites, burst);
    burst.end();
    const site = capture(sites, burst);
    expect(site?.exact).toBe(true);
    expect(site?.trace.stack).toBeTypeOf("string");
  });

  it("X2 captures one call in sixty-four of a function that has always returned, until it throws", () => {
    const sites = new SubmitSites();
    const exact = (calls: number): number =>
      Array.from({ length: calls }, () => capture(sites, new SubmitBurst())).filter((site) => site?.exact).length;
    expect(exact(32)).toBe(32);
    returns(sites, 32);
    expect(exact(640)).toBe(10);
    sites.ran(true);
    expect(exact(10)).toBe(10);
    returns(sites, 31);
    expect(exact(10)).toBe(10);
  });

  it("X2 gives a call that was not captured the site of another call of the same function", () => {
    const [mine, other, burst] = [new SubmitSites(), new SubmitSites(), new SubmitBurst()];
    const site = capture(mine, burst);
    returns(mine, 32);
    capture(other, burst);
    expect(capture(mine, burst)).toEqual({ trace: site?.trace, exact: false });
  });
});
