// Memories: textures of floats that hold arrays. How elements are put into floats is in emit/array-access.ts.

import { DeviceLostError, type HostArray } from "@everycore/core";
import type { DeviceElement } from "@everycore/gpu";
import { isHalved } from "./emit/types.js";
import { constant, type Gl } from "./gl-types.js";

/** A texture with the elements of one array. A launch that writes the array puts a new texture in its place. */
export interface Memory {
  readonly element: DeviceElement;
  readonly length: number;
  texture: object | undefined;
  width: number;
  height: number;
  /** Floats of a texel: two, if an element takes two, or that of another result of the same kernel. */
  channels: 1 | 2;
  /** Who needs it: arrays and launches. */
  holds: number;
}

/** Textures from this size on are looked after, which takes a round trip to the driver. */
const largeTexels = 2 ** 22;

/** See above. */
export class Textures {
  readonly gl: Gl;
  readonly label: string;
  readonly mostElements: number;
  readonly #maxSize: number;
  #count = 0;
  #bytes = 0;

  constructor(gl: Gl, label: string) {
    this.gl = gl;
    this.label = label;
    this.#maxSize = gl.getParameter(constant.maxTextureSize) as number;
    this.mostElements = 2 ** Math.floor(Math.log2(this.#maxSize)) * this.#maxSize;
  }

  /** Textures that there are, and their bytes. */
  get usage(): { readonly count: number; readonly bytes: number } {
    return { count: this.#count, bytes: this.#bytes };
  }

  /** A memory with a copy of `host`. */
  upload(host: HostArray, element: DeviceElement): Memory {
    const memory = this.zeros(element, host.length);
    if (host.length > 0) this.#write(memory, floatsOf(host, element));
    return memory;
  }

  /** A memory of zeros. */
  zeros(element: DeviceElement, length: number): Memory {
    const { width, height } = this.sizeOf(length);
    const memory = this.empty(element, length);
    const channels = isHalved(element) ? 2 : 1;
    this.put(memory, { texture: this.#create(channels, width, height), width, height, channels });
    return memory;
  }

  /** The size of a texture for so many elements: as wide as a power of two, and at least as high, so that it is never one row of many. */
  sizeOf(length: number): { readonly width: number; readonly height: number } {
    let width = 2 ** Math.floor(Math.log2(Math.sqrt(Math.max(length, 1))));
    while (Math.ceil(length / width) > this.#maxSize) width *= 2;
    return { width, height: Math.max(1, Math.ceil(length / width)) };
  }

  /** A memory that gets its texture later. */
  empty(element: DeviceElement, length: number): Memory {
    return { element, length, texture: undefined, width: 0, height: 0, channels: 1, holds: 1 };
  }

  /** Puts a texture into a memory, and deletes the one that was there. */
  put(memory: Memory, content: Pick<Memory, "texture" | "width" | "height" | "channels">): void {
    this.#delete(memory);
    Object.assign(memory, content);
    this.#count++;
    this.#bytes += bytesOf(memory);
    if (content.width * content.height >= largeTexels) this.#checkRoom(memory);
  }

  /** Moves what is in one memory to another. */
  move(from: Memory, to: Memory): void {
    const { texture, width, height, channels } = from;
    this.#delete(to);
    Object.assign(to, { texture, width, height, channels });
    from.texture = undefined;
  }

  hold(memory: Memory): Memory {
    memory.holds++;
    return memory;
  }

  release(memory: Memory): void {
    if (--memory.holds === 0) this.#delete(memory);
  }

  #delete(memory: Memory): void {
    if (!memory.texture) return;
    this.gl.deleteTexture(memory.texture);
    this.#count--;
    this.#bytes -= bytesOf(memory);
    memory.texture = undefined;
  }

  #create(channels: 1 | 2, width: number, height: number): object {
    const { gl } = this;
    const { texture2d, nearest, clampToEdge } = constant;
    const texture = gl.createTexture();
    if (!texture) throw new DeviceLostError(`The device of ${this.label} is lost. Make a new executor.`);
    this.#bind(texture);
    for (const filter of [constant.minFilter, constant.magFilter]) gl.texParameteri(texture2d, filter, nearest);
    for (const wrap of [constant.wrapS, constant.wrapT]) gl.texParameteri(texture2d, wrap, clampToEdge);
    gl.texStorage2D(texture2d, 1, channels === 2 ? constant.rg32f : constant.r32f, width, height);
    return texture;
  }

  /** On the unit that gpu.js uses for its own. */
  #bind(texture: object): void {
    this.gl.activeTexture(constant.textureUnit0 + 15);
    this.gl.bindTexture(constant.texture2d, texture);
  }

  /** Whole rows first, then what is left. */
  #write({ length, texture, width, channels }: Memory, floats: Float32Array): void {
    const { gl } = this;
    const format = channels === 2 ? constant.rg : constant.red;
    const rows = Math.floor(length / width);
    const rest = length - rows * width;
    const part = (y: number, columns: number, lines: number, from: number): void =>
      gl.texSubImage2D(
        constant.texture2d,
        0,
        0,
        y,
        columns,
        lines,
        format,
        constant.float,
        floats.subarray(channels * from),
      );
    this.#bind(texture as object);
    if (rows > 0) part(0, width, rows, 0);
    if (rest > 0) part(rows, rest, 1, rows * width);
  }

  #checkRoom(memory: Memory): void {
    if (this.gl.getError() !== constant.outOfMemory) return;
    this.#delete(memory);
    throw new RangeError(
      `${this.label} has no room for ${memory.length} elements of ${memory.element}: the device is out of memory. Dispose of arrays.`,
    );
  }
}

/** How many bytes a memory takes. */
function bytesOf({ width, height, channels }: Memory): number {
  return 4 * channels * width * height;
}

/** Elements as they are in a texture. */
function floatsOf(host: HostArray, element: DeviceElement): Float32Array {
  if (isHalved(element)) {
    const floats = new Float32Array(2 * host.length);
    for (let i = 0; i < host.length; i++) {
      const value = host[i] as number;
      floats[2 * i] = value & 0xffff;
      floats[2 * i + 1] = value >>> 16;
    }
    return floats;
  }
  // What is in shared memory is refused by browsers.
  return host instanceof Float32Array && host.buffer instanceof ArrayBuffer ? host : Float32Array.from(host);
}

/** Elements from what is in a texture; `stride`: floats of a texel. */
export function elementsOf(floats: Float32Array, stride: number, target: HostArray, element: DeviceElement): void {
  if (isHalved(element)) {
    for (let i = 0; i < target.length; i++) {
      const at = stride * i;
      target[i] = (floats[at] as number) | ((floats[at + 1] as number) << 16);
    }
  } else if (stride === 1) target.set(floats.subarray(0, target.length));
  else for (let i = 0; i < target.length; i++) target[i] = floats[stride * i] as number;
}
