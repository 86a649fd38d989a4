// Memories: textures of floats that hold arrays. How elements are put into floats is in emit/array-access.ts.

import type { HostArray } from "@everycore/core";
import type { DeviceElement } from "@everycore/gpu";
import type { ContextState } from "./context-state.js";
import { isHalved } from "./emit/types.js";
import { constant, type Gl } from "./gl-types.js";
import { bytesOf, type FloatTexture, TexturePool, type TextureSize } from "./texture-pool.js";

/** A texture with the elements of one array. A launch that writes the array puts another texture in its place. */
export interface Memory {
  readonly element: DeviceElement;
  readonly length: number;
  texture: FloatTexture | undefined;
  /** Who needs it: arrays and launches. */
  holds: number;
}

/** See above. */
export class Textures {
  readonly gl: Gl;
  readonly label: string;
  readonly #pool: TexturePool;
  #count = 0;
  #bytes = 0;

  constructor(gl: Gl, label: string, state: ContextState) {
    this.gl = gl;
    this.label = label;
    this.#pool = new TexturePool(gl, label, state);
  }

  /** Textures of memories, and their bytes. */
  get usage(): { readonly count: number; readonly bytes: number } {
    return { count: this.#count, bytes: this.#bytes };
  }

  get mostElements(): number {
    return this.#pool.mostElements;
  }

  /** The size of a texture for so many elements. */
  sizeOf(length: number): TextureSize {
    return this.#pool.sizeOf(length);
  }

  /** A memory with a copy of `host`. */
  upload(host: HostArray, element: DeviceElement): Memory {
    if (host.length === 0) return this.zeros(element, 0);
    const memory = this.empty(element, host.length);
    this.put(memory, this.take(memory, this.sizeOf(host.length)));
    this.#write(memory.texture as FloatTexture, floatsOf(host, element), host.length);
    return memory;
  }

  /** A memory of zeros. */
  zeros(element: DeviceElement, length: number): Memory {
    const memory = this.empty(element, length);
    const texture = this.#pool.create(channelsOf(element), this.sizeOf(length));
    this.put(memory, texture ?? this.#refuse(memory));
    return memory;
  }

  /** A memory that gets its texture later. */
  empty(element: DeviceElement, length: number): Memory {
    return { element, length, texture: undefined, holds: 1 };
  }

  /** A texture for what a memory is to have, with whatever is in it; `size` is that of its length. @throws RangeError */
  take(memory: Memory, size: TextureSize): FloatTexture {
    return this.#pool.take(channelsOf(memory.element), size) ?? this.#refuse(memory);
  }

  /** Gives back a texture that was taken, and is in no memory. */
  give(texture: FloatTexture): void {
    this.#pool.give(texture);
  }

  /** Puts a texture that was taken into a memory, in place of the one that was there. */
  put(memory: Memory, texture: FloatTexture): void {
    const before = memory.texture;
    memory.texture = texture;
    if (before) return this.#pool.give(before);
    this.#count++;
    this.#bytes += bytesOf(texture);
  }

  /** Moves what is in one memory to another. */
  move(from: Memory, to: Memory): void {
    const texture = this.#emptied(from);
    if (texture) this.put(to, texture);
  }

  hold(memory: Memory): Memory {
    memory.holds++;
    return memory;
  }

  release(memory: Memory): void {
    if (--memory.holds > 0) return;
    const texture = this.#emptied(memory);
    if (texture) this.#pool.give(texture);
  }

  /** Deletes what no memory has, now and from now on. */
  close(): void {
    this.#pool.close();
  }

  #emptied(memory: Memory): FloatTexture | undefined {
    const { texture } = memory;
    if (!texture) return undefined;
    memory.texture = undefined;
    this.#count--;
    this.#bytes -= bytesOf(texture);
    return texture;
  }

  /** Whole rows first, then what is left. */
  #write(texture: FloatTexture, floats: Float32Array, length: number): void {
    const { gl } = this;
    const { width, channels } = texture;
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
    this.#pool.bind(texture);
    if (rows > 0) part(0, width, rows, 0);
    if (rest > 0) part(rows, rest, 1, rows * width);
  }

  #refuse({ length, element }: Memory): never {
    throw new RangeError(
      `${this.label} has no room for ${length} elements of ${element}: the device is out of memory. Dispose of arrays.`,
    );
  }
}

/** Floats of an element. */
function channelsOf(element: DeviceElement): 1 | 2 {
  return isHalved(element) ? 2 : 1;
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
