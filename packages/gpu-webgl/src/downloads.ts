// Copies of memories to the host, without waiting: the driver copies into a buffer, which is read when a fence behind it was passed.

import type { HostArray } from "@everycore/core";
import { arrayTypes } from "@everycore/gpu";
import type { ContextState } from "./context-state.js";
import { constant, type Gl } from "./gl-types.js";
import type { FloatTexture } from "./texture-pool.js";
import { elementsOf, type Memory } from "./textures.js";

/** A copy that is under way. */
export interface Download {
  /** Reads it, once, after the fence; `target` is as long as the memory, or shorter. */
  into(target: HostArray): void;
  /** The elements in an array of their own. */
  elements(): HostArray;
  /** Gives it up, or what is left of it. */
  drop(): void;
}

/** How texels are read: those of float textures as RGBA by every driver, in their own format by most. */
interface ReadFormat {
  readonly format: number;
  readonly channels: number;
}

/** See above. */
export class Downloads {
  readonly #gl: Gl;
  readonly #state: ContextState;
  readonly #formats = new Map<1 | 2, ReadFormat>();

  constructor(gl: Gl, state: ContextState) {
    this.#gl = gl;
    this.#state = state;
  }

  /** Starts a copy. The memory may be written or released afterwards. */
  start(memory: Memory): Download {
    const gl = this.#gl;
    const texture = memory.texture as FloatTexture;
    const { width, height } = texture;
    gl.bindFramebuffer(constant.framebuffer, texture.framebuffer);
    const { format, channels } = this.#formatOf(texture.channels);
    const buffer = gl.createBuffer();
    gl.bindBuffer(constant.pixelPackBuffer, buffer);
    gl.bufferData(constant.pixelPackBuffer, 4 * channels * width * height, constant.streamRead);
    gl.readPixels(0, 0, width, height, format, constant.float, 0);
    gl.bindBuffer(constant.pixelPackBuffer, null);
    this.#state.forget();
    return this.#download(memory, buffer, channels);
  }

  #download({ element, length }: Memory, buffer: object | null, channels: number): Download {
    const gl = this.#gl;
    const drop = (): void => gl.deleteBuffer(buffer);
    const into = (target: HostArray): void => {
      const floats = new Float32Array(channels * target.length);
      gl.bindBuffer(constant.pixelPackBuffer, buffer);
      gl.getBufferSubData(constant.pixelPackBuffer, 0, floats);
      gl.bindBuffer(constant.pixelPackBuffer, null);
      drop();
      elementsOf(floats, channels, target, element);
    };
    const elements = (): HostArray => {
      const Type = arrayTypes[element];
      const target = new Type(new ArrayBuffer(length * Type.BYTES_PER_ELEMENT), 0, length);
      into(target);
      return target;
    };
    return { into, elements, drop };
  }

  /** Of the memory whose framebuffer is bound. */
  #formatOf(channels: 1 | 2): ReadFormat {
    let known = this.#formats.get(channels);
    if (!known) {
      const own = channels === 2 ? constant.rg : constant.red;
      const isOwn =
        this.#gl.getParameter(constant.readFormat) === own &&
        this.#gl.getParameter(constant.readType) === constant.float;
      known = isOwn ? { format: own, channels } : { format: constant.rgba, channels: 4 };
      this.#formats.set(channels, known);
    }
    return known;
  }
}
