// Gravity between all pairs of bodies. The arrays stay on the device through all steps; one copy comes back.

import type { KernelExecutor } from "@everycore/core";
import { kernel } from "@everycore/kernel";
import { createTurns } from "../calling-thread.js";
import { amount, type RunContext, type Scenario, type SerialContext } from "../scenario.js";
import { drawBodies, paintBodies, pictureSize } from "./n-body-picture.js";
import { createRandom } from "./random-numbers.js";

/** Size of `n-body`. */
export interface NBodyOptions {
  readonly bodies?: number;
  readonly steps?: number;
}

/** Places, velocities and masses: x, y, z in arrays of their own, as SIMD likes them. */
interface Bodies {
  readonly mass: Float32Array;
  readonly place: readonly [Float32Array, Float32Array, Float32Array];
  readonly velocity: readonly [Float32Array, Float32Array, Float32Array];
}

interface Input {
  readonly bodies: Bodies;
  readonly steps: number;
  readonly energy: number;
}

/** Where the bodies are at the end, and their energy then. */
export interface NBodyOutcome {
  readonly place: Bodies["place"];
  readonly velocity: Bodies["velocity"];
  readonly energyBefore: number;
  readonly energyAfter: number;
}

const timeStep = 0.002;
/** Squared length below which gravity is softened, so that close pairs do not fly apart. */
const softening = 0.01;

/** Velocities change by the pull of all others. */
const kick = kernel(
  (
    thread,
    dt: number,
    mass: Float32Array,
    x: Float32Array,
    y: Float32Array,
    z: Float32Array,
    vx: Float32Array,
    vy: Float32Array,
    vz: Float32Array,
  ) => {
    const i = thread.x;
    const xi = x[i] as number;
    const yi = y[i] as number;
    const zi = z[i] as number;
    let ax = 0;
    let ay = 0;
    let az = 0;
    for (let j = 0; j < mass.length; j++) {
      const dx = (x[j] as number) - xi;
      const dy = (y[j] as number) - yi;
      const dz = (z[j] as number) - zi;
      const squared = dx * dx + dy * dy + dz * dz + softening;
      const pull = (mass[j] as number) / (squared * Math.sqrt(squared));
      ax += dx * pull;
      ay += dy * pull;
      az += dz * pull;
    }
    vx[i] = (vx[i] as number) + dt * ax;
    vy[i] = (vy[i] as number) + dt * ay;
    vz[i] = (vz[i] as number) + dt * az;
  },
  () => ({ softening }),
);

/** Places change by the velocities. */
const drift = kernel((thread, dt: number, place: Float32Array, velocity: Float32Array) => {
  const i = thread.x;
  place[i] = (place[i] as number) + dt * (velocity[i] as number);
});

/** Makes the scenario. */
export function nBody({ bodies = 2048, steps = 20 }: NBodyOptions = {}): Scenario<Input, NBodyOutcome, KernelExecutor> {
  return {
    name: "n-body",
    title: "Let bodies attract each other",
    description:
      `${bodies} bodies, ${steps} steps, all pairs, on arrays that stay on the device. Checked: energy and momentum are conserved, and ` +
      "the bodies are where a calculation in double precision on the calling thread finds them.",
    requires: ["kernels"],
    prepare: async () => createInput(bodies, steps),
    serial: runSerially,
    run: runOn,
    check: async (outcome, { input }) => [
      ...checkEnergy(outcome),
      ...checkMomentum(outcome, input),
      ...checkPlaces(outcome, input),
    ],
    describe: ({ energyBefore, energyAfter }) =>
      `${bodies} bodies, ${steps} steps; energy ${energyBefore.toFixed(5)} before, ${energyAfter.toFixed(5)} after`,
    picture: ({ place: [x, y] }) => drawBodies(x, y),
  };
}

/** Bodies in a ball that turns slowly. */
function createInput(count: number, steps: number): Input {
  const random = createRandom(2026);
  const column = (): Float32Array => new Float32Array(count);
  const bodies: Bodies = {
    mass: column().fill(1 / count),
    place: [column(), column(), column()],
    velocity: [column(), column(), column()],
  };
  const [x, y, z] = bodies.place;
  for (let i = 0; i < count; ) {
    const [px, py, pz] = [2 * random() - 1, 2 * random() - 1, 2 * random() - 1];
    if (px * px + py * py + pz * pz > 1) continue;
    [x[i], y[i], z[i]] = [px, py, pz];
    [bodies.velocity[0][i], bodies.velocity[1][i]] = [-0.6 * py, 0.6 * px];
    i++;
  }
  return { bodies, steps, energy: energyOf(bodies.place, bodies.velocity, bodies.mass) };
}

/** Kick, drift, kick: the leapfrog, whose energy wavers but does not run away. */
async function runOn({ executor, input, show }: RunContext<Input, KernelExecutor>): Promise<NBodyOutcome> {
  const { bodies, steps, energy } = input;
  using pixels = show && executor.array("uint32", pictureSize ** 2);
  using mass = executor.array(bodies.mass);
  using x = executor.array(bodies.place[0]);
  using y = executor.array(bodies.place[1]);
  using z = executor.array(bodies.place[2]);
  using vx = executor.array(bodies.velocity[0]);
  using vy = executor.array(bodies.velocity[1]);
  using vz = executor.array(bodies.velocity[2]);
  const count = mass.length;
  const pull = kick.over(count);
  const move = drift.over(count);
  for (let step = 0; step < steps; step++) {
    executor.submit(pull, timeStep / 2, mass, x, y, z, vx, vy, vz);
    executor.submit(move, timeStep, x, vx);
    executor.submit(move, timeStep, y, vy);
    executor.submit(move, timeStep, z, vz);
    executor.submit(pull, timeStep / 2, mass, x, y, z, vx, vy, vz);
    if (!pixels) continue;
    await paintBodies(executor, x, y, pixels);
    await show?.({ width: pictureSize, height: pictureSize, pixels });
  }
  const place = [await x.read(), await y.read(), await z.read()] as const;
  const velocity = [await vx.read(), await vy.read(), await vz.read()] as const;
  return { place, velocity, energyBefore: energy, energyAfter: energyOf(place, velocity, bodies.mass) };
}

async function runSerially({ input, signal, progress }: SerialContext<Input>): Promise<NBodyOutcome> {
  const { bodies, steps, energy } = input;
  const turn = createTurns(signal);
  const state = copyOf(bodies);
  for (let step = 0; step < steps; step++) {
    kickSerially(state, timeStep / 2);
    driftSerially(state);
    kickSerially(state, timeStep / 2);
    progress(step + 1, steps, amount(step + 1, steps, "steps"));
    await turn();
  }
  const { place, velocity } = state;
  return { place, velocity, energyBefore: energy, energyAfter: energyOf(place, velocity, bodies.mass) };
}

function copyOf({ mass, place: [x, y, z], velocity: [vx, vy, vz] }: Bodies): Bodies {
  return { mass, place: [x.slice(), y.slice(), z.slice()], velocity: [vx.slice(), vy.slice(), vz.slice()] };
}

function kickSerially({ mass, place: [x, y, z], velocity: [vx, vy, vz] }: Bodies, dt: number): void {
  for (let i = 0; i < mass.length; i++) {
    let [ax, ay, az] = [0, 0, 0];
    for (let j = 0; j < mass.length; j++) {
      const dx = (x[j] as number) - (x[i] as number);
      const dy = (y[j] as number) - (y[i] as number);
      const dz = (z[j] as number) - (z[i] as number);
      const squared = dx * dx + dy * dy + dz * dz + softening;
      const pull = (mass[j] as number) / (squared * Math.sqrt(squared));
      ax += dx * pull;
      ay += dy * pull;
      az += dz * pull;
    }
    vx[i] = (vx[i] as number) + dt * ax;
    vy[i] = (vy[i] as number) + dt * ay;
    vz[i] = (vz[i] as number) + dt * az;
  }
}

function driftSerially({ place, velocity }: Bodies): void {
  for (const [axis, array] of place.entries()) {
    const speed = velocity[axis] as Float32Array;
    for (let i = 0; i < array.length; i++) array[i] = (array[i] as number) + timeStep * (speed[i] as number);
  }
}

/** Kinetic and potential energy, in double precision. */
function energyOf([x, y, z]: Bodies["place"], [vx, vy, vz]: Bodies["velocity"], mass: Float32Array): number {
  let energy = 0;
  for (let i = 0; i < mass.length; i++) {
    const speed = (vx[i] as number) ** 2 + (vy[i] as number) ** 2 + (vz[i] as number) ** 2;
    energy += ((mass[i] as number) * speed) / 2;
    for (let j = 0; j < i; j++) {
      const dx = (x[j] as number) - (x[i] as number);
      const dy = (y[j] as number) - (y[i] as number);
      const dz = (z[j] as number) - (z[i] as number);
      energy -= ((mass[i] as number) * (mass[j] as number)) / Math.sqrt(dx * dx + dy * dy + dz * dz + softening);
    }
  }
  return energy;
}

function checkEnergy({ energyBefore, energyAfter }: NBodyOutcome): string[] {
  const change = Math.abs(energyAfter - energyBefore) / Math.abs(energyBefore);
  return change < 1e-4 ? [] : [`the energy changed by ${change} of its amount`];
}

function checkMomentum({ velocity }: NBodyOutcome, { bodies }: Input): string[] {
  const sum = (array: Float32Array): number => array.reduce((total, value) => total + value, 0) / array.length;
  return velocity.flatMap((array, axis) => {
    const change = Math.abs(sum(array) - sum(bodies.velocity[axis] as Float32Array));
    return change < 1e-5 ? [] : [`the momentum along axis ${axis} changed by ${change}`];
  });
}

function checkPlaces({ place }: NBodyOutcome, { bodies, steps }: Input): string[] {
  const state = copyOf(bodies);
  for (let step = 0; step < steps; step++) {
    kickSerially(state, timeStep / 2);
    driftSerially(state);
    kickSerially(state, timeStep / 2);
  }
  const furthest = Math.max(
    ...place.map((array, axis) =>
      array.reduce((most, value, i) => Math.max(most, Math.abs(value - (state.place[axis]?.[i] as number))), 0),
    ),
  );
  return furthest < 1e-4 ? [] : [`a body is ${furthest} away from where it should be`];
}
