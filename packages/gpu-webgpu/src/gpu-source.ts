// Where WebGPU is: in the page (`navigator.gpu`), or in the optional package `webgpu` under Node, which is loaded when it is needed.

import { UnsupportedError } from "@everycore/core";
import type { Gpu, GpuAdapter, GpuAdapterInfo, GpuDevice, LimitName } from "./gpu-types.js";

/** Which of several GPUs. */
export type PowerPreference = "low-power" | "high-performance";

const limits: readonly LimitName[] = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupSizeY",
  "maxComputeWorkgroupSizeZ",
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
];

/** What was found, or why nothing was. */
export type FoundAdapter = { readonly adapter: GpuAdapter } | { readonly reason: string; readonly cause?: unknown };

/** Looks for an adapter. Never throws. */
export async function findAdapter(powerPreference?: PowerPreference): Promise<FoundAdapter> {
  const found = await findGpu();
  if ("reason" in found) return found;
  try {
    const adapter = await found.gpu.requestAdapter(powerPreference && { powerPreference });
    return adapter ? { adapter } : { reason: noAdapter(found.where) };
  } catch (cause) {
    return { reason: `WebGPU refused to look for an adapter: ${messageOf(cause)}.`, cause };
  }
}

/** A device with all that its adapter has: its real limits, subgroups, and time stamps if they are wanted and there. */
export async function openDevice(adapter: GpuAdapter, timestamps: boolean): Promise<GpuDevice> {
  const requiredLimits = Object.fromEntries(
    limits.flatMap((name) => (adapter.limits[name] === undefined ? [] : [[name, adapter.limits[name]]])),
  );
  if (timestamps && !adapter.features.has("timestamp-query")) {
    throw new UnsupportedError("timestamps", `WebGPU on ${describeAdapter(adapter.info)}`, "Leave the option out.");
  }
  const requiredFeatures = adapter.features.has("subgroups") ? ["subgroups"] : [];
  if (timestamps) requiredFeatures.push("timestamp-query");
  return adapter.requestDevice({ requiredLimits, requiredFeatures });
}

/** Lanes that every subgroup of a device has; 0 without subgroups, or where their sizes are not told. */
export function subgroupLanes({ features }: GpuDevice, { subgroupMinSize = 0 }: GpuAdapterInfo): number {
  return features.has("subgroups") ? subgroupMinSize : 0;
}

/** An adapter in words. */
export function describeAdapter(info: GpuAdapterInfo | undefined): string {
  const { vendor, architecture, device, description } = info ?? {};
  const words = [vendor, architecture, description || device].filter(Boolean);
  return words.length > 0 ? words.join(" ") : "an adapter that does not say what it is";
}

type FoundGpu =
  | { readonly gpu: Gpu; readonly where: "page" | "node" }
  | { readonly reason: string; readonly cause?: unknown };

interface Surroundings {
  readonly navigator?: { readonly gpu?: Gpu };
  readonly process?: { readonly versions?: { readonly node?: string } };
  readonly document?: object;
  readonly isSecureContext?: boolean;
}

async function findGpu(): Promise<FoundGpu> {
  const { navigator, process, isSecureContext } = globalThis as unknown as Surroundings;
  if (navigator?.gpu) return { gpu: navigator.gpu, where: "page" };
  if (process?.versions?.node) return nodeGpu();
  const secure = isSecureContext === false ? " Pages have it only in a secure context: https, or localhost." : "";
  return { reason: `There is no WebGPU here: navigator.gpu is missing.${secure}` };
}

let node: Promise<FoundGpu> | undefined;

/** One for the whole process: each instance of Dawn costs. */
function nodeGpu(): Promise<FoundGpu> {
  node ??= loadNodeGpu();
  return node;
}

async function loadNodeGpu(): Promise<FoundGpu> {
  try {
    const name = "webgpu";
    const { create } = (await import(/* webpackIgnore: true */ /* @vite-ignore */ name)) as {
      create(options: readonly string[]): Gpu;
    };
    return { gpu: create([]), where: "node" };
  } catch (cause) {
    node = undefined;
    const missing = (cause as { code?: string }).code === "ERR_MODULE_NOT_FOUND";
    const reason = missing
      ? 'The package "webgpu" is not installed. Node has no WebGPU of its own: npm install webgpu'
      : `The package "webgpu" cannot be loaded: ${messageOf(cause)}`;
    return { reason, cause };
  }
}

function noAdapter(where: "page" | "node"): string {
  return where === "page"
    ? "WebGPU is here, but it found no adapter: the browser may block this GPU or its driver. See chrome://gpu."
    : "WebGPU found no adapter. On Linux it needs a Vulkan driver (libvulkan1, and mesa-vulkan-drivers 24 or newer or the vendor's); a software one is part of Debian's chromium: VK_DRIVER_FILES=/usr/lib/chromium/vk_swiftshader_icd.json.";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
