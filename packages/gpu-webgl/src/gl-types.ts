// What this package uses of WebGL 2, as types of its own: users need no lib "DOM" to read our declarations.

/** A WebGL 2 context. */
export interface Gl {
  readonly [constant: string]: unknown;
  readonly canvas: GlCanvas;
  getExtension(name: string): unknown;
  getParameter(name: number): unknown;
  getError(): number;
  isContextLost(): boolean;
  flush(): void;
  disable(name: number): void;
  viewport(x: number, y: number, width: number, height: number): void;
  useProgram(program: object | null): void;
  getAttribLocation(program: object, name: string): number;
  getUniformLocation(program: object, name: string): object | null;
  uniform1i(location: object | null, x: number): void;
  uniform2i(location: object | null, x: number, y: number): void;
  uniform3i(location: object | null, x: number, y: number, z: number): void;
  uniform2f(location: object | null, x: number, y: number): void;
  createVertexArray(): object | null;
  deleteVertexArray(vertices: object | null): void;
  bindVertexArray(vertices: object | null): void;
  enableVertexAttribArray(location: number): void;
  vertexAttribPointer(
    location: number,
    size: number,
    type: number,
    normalized: boolean,
    stride: number,
    offset: number,
  ): void;
  drawBuffers(attachments: readonly number[]): void;
  drawArrays(mode: number, first: number, count: number): void;
  getProgramParameter(program: object, name: number): unknown;
  getProgramInfoLog(program: object): string | null;
  createTexture(): object | null;
  deleteTexture(texture: object | null): void;
  activeTexture(unit: number): void;
  bindTexture(target: number, texture: object | null): void;
  texParameteri(target: number, name: number, value: number): void;
  texStorage2D(target: number, levels: number, format: number, width: number, height: number): void;
  texSubImage2D(
    target: number,
    level: number,
    x: number,
    y: number,
    width: number,
    height: number,
    format: number,
    type: number,
    data: Float32Array,
  ): void;
  createFramebuffer(): object | null;
  deleteFramebuffer(framebuffer: object | null): void;
  bindFramebuffer(target: number, framebuffer: object | null): void;
  framebufferTexture2D(target: number, attachment: number, kind: number, texture: object | null, level: number): void;
  createBuffer(): object | null;
  deleteBuffer(buffer: object | null): void;
  bindBuffer(target: number, buffer: object | null): void;
  bufferData(target: number, source: number | Float32Array, usage: number): void;
  getBufferSubData(target: number, offset: number, data: Float32Array): void;
  readPixels(x: number, y: number, width: number, height: number, format: number, type: number, offset: number): void;
  fenceSync(condition: number, flags: number): object | null;
  clientWaitSync(sync: object, flags: number, timeout: number): number;
  deleteSync(sync: object | null): void;
}

/** A canvas, in a page or off screen. */
export interface GlCanvas {
  getContext(kind: "webgl2", options?: object): Gl | null;
  addEventListener(type: string, listener: (event: { preventDefault(): void }) => void): void;
  removeEventListener(type: string, listener: (event: { preventDefault(): void }) => void): void;
}

type Known<Names extends string> = {
  [Name in Names]: typeof globalThis extends { [N in Name]: { prototype: infer C } } ? C : never;
}[Names];

/** The user's own type of a canvas, where there is one. */
export type UserCanvas = [Known<"HTMLCanvasElement" | "OffscreenCanvas">] extends [never]
  ? GlCanvas
  : Known<"HTMLCanvasElement" | "OffscreenCanvas">;

/** The user's own type of a WebGL 2 context, where there is one. */
export type UserContext = typeof globalThis extends { WebGL2RenderingContext: { prototype: infer C } } ? C : Gl;

/** WebGL's constants, by their names in the specification. */
export const constant = {
  texture2d: 0x0de1,
  textureUnit0: 0x84c0,
  minFilter: 0x2801,
  magFilter: 0x2800,
  wrapS: 0x2802,
  wrapT: 0x2803,
  nearest: 0x2600,
  clampToEdge: 0x812f,
  float: 0x1406,
  red: 0x1903,
  rg: 0x8227,
  rgba: 0x1908,
  r32f: 0x822e,
  rg32f: 0x8230,
  framebuffer: 0x8d40,
  colorAttachment0: 0x8ce0,
  pixelPackBuffer: 0x88eb,
  arrayBuffer: 0x8892,
  streamRead: 0x88e1,
  staticDraw: 0x88e4,
  triangles: 0x0004,
  scissorTest: 0x0c11,
  readFormat: 0x8b9b,
  readType: 0x8b9a,
  maxDrawBuffers: 0x8824,
  maxTextureSize: 0x0d33,
  renderer: 0x1f01,
  unmaskedRenderer: 0x9246,
  commandsComplete: 0x9117,
  alreadySignaled: 0x911a,
  conditionSatisfied: 0x911c,
  waitFailed: 0x911d,
  linkStatus: 0x8b82,
  outOfMemory: 0x0505,
} as const;
