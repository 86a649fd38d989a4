// Arrays in textures.

import type { HostArray } from "@everycore/core";
import { type ArrayOwner, GpuArray } from "@everycore/gpu";
import type { Memory } from "./textures.js";

/** What drives the device, as arrays see it. */
export type Owner = ArrayOwner<Memory>;

/** An array in a texture. */
export class WebGLArray<T extends HostArray = HostArray> extends GpuArray<T, Memory, Owner> {}
