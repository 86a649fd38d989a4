// Whether the picture can be drawn straight from the device: which executors have one that a canvas can show, and when the page leaves it.

import type { WebGPUExecutor } from "@everycore/gpu-webgpu";
import type { AnyScenario } from "@everycore/scenarios";
import type { AnyBackend } from "../backends.js";
import { DeviceScreen } from "./device-screen.js";

/** A screen for what lies on the device, or why there is none. */
export type Straight = { readonly screen: DeviceScreen } | { readonly problem: string };

/** In the address, it makes the page try where it would rather not. */
export const straightParameter = "straight";

let failure: string | undefined;

/** Says nothing where there is no picture, or no device that could show it. */
export function findScreen(scenario: AnyScenario, backend: AnyBackend, executor: unknown): Straight | undefined {
  if (!scenario.picture || backend.name !== "gpu-webgpu") return undefined;
  if (failure !== undefined) return { problem: failure };
  const device = (executor as WebGPUExecutor).device as GPUDevice;
  // Where WebGPU runs in software, the page is mostly composed without it, and then Chromium's GPU process ends, for the whole
  // page, when WebGPU asks for the texture of a canvas. No page can find out beforehand.
  const isForced = new URL(location.href).searchParams.get(straightParameter) === "yes";
  if (device.adapterInfo?.isFallbackAdapter && !isForced) return { problem: inSoftware };
  return { screen: new DeviceScreen(device) };
}

/** Once it has failed, it is not tried again in this page. */
export function giveUp(error: unknown): Straight {
  failure = `it cannot be drawn straight from its memory here (${error instanceof Error ? error.message : String(error)})`;
  return { problem: failure };
}

/** See {@link findScreen}. */
export const inSoftware = "this WebGPU is software, which browsers mostly cannot draw from";
