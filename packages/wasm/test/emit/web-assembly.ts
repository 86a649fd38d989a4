// The global WebAssembly: Node's own types have only its namespace.

interface Memory {
  readonly buffer: ArrayBuffer;
}

interface Engine {
  readonly Memory: new (options: { initial: number; maximum: number; shared: boolean }) => Memory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Record<string, unknown> };
  validate(bytes: Uint8Array): boolean;
}

export const engine: Engine = (globalThis as unknown as { WebAssembly: Engine }).WebAssembly;
