// What is known to be set in the context, so that a launch need not set it again. That is known among launches that are handed over one
// after the other, and of nothing else: whoever works with the context in another way calls `forget`, and behind the last launch comes
// `leave`, as the context may belong to the program, which may have set anything when we are back.

import { constant, type Gl } from "./gl-types.js";

/** See above. */
export class ContextState {
  readonly #gl: Gl;
  #isKnown = false;
  #vertices: object | null = null;
  #program: object | undefined;
  #framebuffer: object | null | undefined;
  #unit = -1;
  readonly #textures: Array<object | null | undefined> = [];
  #width = 0;
  #height = 0;

  constructor(gl: Gl) {
    this.#gl = gl;
  }

  /** Whoever works with the context in another way has changed it. */
  forget(): void {
    this.#isKnown = false;
    this.#program = undefined;
    this.#framebuffer = undefined;
    this.#unit = -1;
    this.#textures.length = 0;
    this.#width = 0;
    this.#height = 0;
  }

  /** Forgets, and lets go of our vertices, which others would change with theirs. */
  leave(): void {
    if (!this.#vertices) return this.forget();
    this.#gl.bindVertexArray(null);
    this.#vertices = null;
    this.forget();
  }

  /** Makes everything ready for a draw, but for the textures. */
  use(program: object, vertices: object | null, framebuffer: object | null): void {
    const gl = this.#gl;
    // Kernels of gpu.js turn it on when they are compiled.
    if (!this.#isKnown) gl.disable(constant.scissorTest);
    if (!this.#isKnown || vertices !== this.#vertices) gl.bindVertexArray(vertices);
    if (program !== this.#program) gl.useProgram(program);
    this.#isKnown = true;
    this.#vertices = vertices;
    this.#program = program;
    this.framebuffer(framebuffer);
  }

  /** Binds a framebuffer. */
  framebuffer(framebuffer: object | null): void {
    if (framebuffer === this.#framebuffer) return;
    this.#gl.bindFramebuffer(constant.framebuffer, framebuffer);
    this.#framebuffer = framebuffer;
  }

  /** Draws to the first pixels. */
  size(width: number, height: number): void {
    if (width === this.#width && height === this.#height) return;
    this.#gl.viewport(0, 0, width, height);
    this.#width = width;
    this.#height = height;
  }

  /** Puts a texture on a unit. */
  texture(unit: number, handle: object | null): void {
    if (this.#textures[unit] === handle) return;
    if (unit !== this.#unit) this.#gl.activeTexture(constant.textureUnit0 + unit);
    this.#gl.bindTexture(constant.texture2d, handle);
    this.#unit = unit;
    this.#textures[unit] = handle;
  }
}
