// What backends for GPUs have in common. For them, not for programs.

export { type ArrayOwner, GpuArray } from "./device-array.js";
export {
  arrayTypes,
  type DeviceElement,
  deviceElements,
  elementOf,
  isDeviceElement,
} from "./element-types.js";
export { GpuExecutor, type GpuRuntime, type LaunchOptions, shapeOf } from "./executor.js";
export { GpuLaunch, type LaunchPlacement, wantedArray } from "./launch.js";
export { localsThatMayBeNaN, mayBeNaN } from "./may-be-nan.js";
export { Lines, type Operation, ShaderText, type WriteMathFunction } from "./shader-text.js";
export { escapesOf, hasBarrier, hasRandom, isJump, type Target } from "./statement-facts.js";
