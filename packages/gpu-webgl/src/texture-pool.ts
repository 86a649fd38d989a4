// Textures of one context, reused: a launch gets the one that an earlier launch is done with. What was handed over before may still use it
// then, because the device works in order, and whoever gets it next is behind.
//
// Of free textures at most `mostFree`, and `mostFreeBytes`, are kept: those that were used last.

import { DeviceLostError } from "@everycore/core";
import type { ContextState } from "./context-state.js";
import { constant, type Gl } from "./gl-types.js";

/** A texture of floats. Its width is a power of two. */
export interface FloatTexture {
  readonly handle: object;
  /** Draws to it, and reads from it. */
  readonly framebuffer: object | null;
  readonly width: number;
  readonly height: number;
  /** Floats of a texel. */
  readonly channels: 1 | 2;
  /** The power of two. */
  readonly bits: number;
}

/** Of a texture. */
export interface TextureSize {
  readonly width: number;
  readonly height: number;
}

const mostFree = 64;
const mostFreeBytes = 128 * 2 ** 20;

/** Whether the device had room for textures from this size on is asked, which takes a round trip to the driver. */
const largeTexels = 2 ** 22;

/** Our own unit: that of no array of a launch (see `checkMemories`). */
const ownUnit = 15;

/** See above. */
export class TexturePool {
  readonly #gl: Gl;
  readonly #label: string;
  readonly #state: ContextState;
  readonly #maxSize: number;
  /** The one that was used last is the last. */
  readonly #free: FloatTexture[] = [];
  #freeBytes = 0;
  #isClosed = false;
  /** Elements that the largest texture has. */
  readonly mostElements: number;

  constructor(gl: Gl, label: string, state: ContextState) {
    this.#gl = gl;
    this.#label = label;
    this.#state = state;
    this.#maxSize = gl.getParameter(constant.maxTextureSize) as number;
    this.mostElements = 2 ** Math.floor(Math.log2(this.#maxSize)) * this.#maxSize;
  }

  /** The size of a texture for so many elements: as wide as a power of two, and at least as high. */
  sizeOf(length: number): TextureSize {
    let width = 2 ** Math.floor(Math.log2(Math.sqrt(Math.max(length, 1))));
    while (Math.ceil(length / width) > this.#maxSize) width *= 2;
    return { width, height: Math.max(1, Math.ceil(length / width)) };
  }

  /** A texture with whatever is in it; `undefined` if the device has no room. */
  take(channels: 1 | 2, size: TextureSize): FloatTexture | undefined {
    const free = this.#free;
    let at = free.length - 1;
    while (at >= 0 && !isLike(free[at] as FloatTexture, channels, size)) at--;
    if (at < 0) return this.create(channels, size);
    const texture = free[at] as FloatTexture;
    if (at === free.length - 1) free.pop();
    else free.splice(at, 1);
    this.#freeBytes -= bytesOf(texture);
    return texture;
  }

  /** A texture of zeros; `undefined` if the device has no room. */
  create(channels: 1 | 2, size: TextureSize): FloatTexture | undefined {
    const texture = this.#make(channels, size);
    if (texture || this.#free.length === 0) return texture;
    this.clear();
    return this.#make(channels, size);
  }

  /** Takes back a texture that nothing will be handed over for any more. */
  give(texture: FloatTexture): void {
    this.#free.push(texture);
    this.#freeBytes += bytesOf(texture);
    while (this.#isClosed ? this.#free.length > 0 : this.#isFull) this.#deleteOldest();
  }

  /** Deletes what is free. */
  clear(): void {
    while (this.#free.length > 0) this.#deleteOldest();
  }

  /** Keeps nothing any more. */
  close(): void {
    this.#isClosed = true;
    this.clear();
  }

  /** Binds a texture, for work on it. */
  bind({ handle }: Pick<FloatTexture, "handle">): void {
    this.#gl.activeTexture(constant.textureUnit0 + ownUnit);
    this.#gl.bindTexture(constant.texture2d, handle);
    this.#state.forget();
  }

  get #isFull(): boolean {
    return this.#free.length > mostFree || this.#freeBytes > mostFreeBytes;
  }

  #deleteOldest(): void {
    const texture = this.#free.shift() as FloatTexture;
    this.#freeBytes -= bytesOf(texture);
    this.#gl.deleteFramebuffer(texture.framebuffer);
    this.#gl.deleteTexture(texture.handle);
  }

  #make(channels: 1 | 2, { width, height }: TextureSize): FloatTexture | undefined {
    const gl = this.#gl;
    const { texture2d, nearest, clampToEdge } = constant;
    const handle = gl.createTexture();
    if (!handle) throw new DeviceLostError(`The device of ${this.#label} is lost. Make a new executor.`);
    this.bind({ handle });
    for (const filter of [constant.minFilter, constant.magFilter]) gl.texParameteri(texture2d, filter, nearest);
    for (const wrap of [constant.wrapS, constant.wrapT]) gl.texParameteri(texture2d, wrap, clampToEdge);
    gl.texStorage2D(texture2d, 1, channels === 2 ? constant.rg32f : constant.r32f, width, height);
    if (width * height >= largeTexels && gl.getError() === constant.outOfMemory) {
      gl.deleteTexture(handle);
      return undefined;
    }
    const framebuffer = gl.createFramebuffer();
    gl.bindFramebuffer(constant.framebuffer, framebuffer);
    attach(gl, 0, handle);
    return { handle, framebuffer, width, height, channels, bits: Math.log2(width) };
  }
}

function isLike(texture: FloatTexture, channels: 1 | 2, { width, height }: TextureSize): boolean {
  return texture.width === width && texture.height === height && texture.channels === channels;
}

/** Makes a texture the one to which the result of this number is drawn, in the framebuffer that is bound. */
export function attach(gl: Gl, result: number, handle: object | null): void {
  gl.framebufferTexture2D(constant.framebuffer, constant.colorAttachment0 + result, constant.texture2d, handle, 0);
}

/** How many bytes a texture takes. */
export function bytesOf({ width, height, channels }: FloatTexture): number {
  return 4 * channels * width * height;
}
