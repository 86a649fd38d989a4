// What this package uses of WebGPU, as types of its own: users need neither lib "DOM" nor @webgpu/types to read our declarations.

/** A buffer on the device. */
export interface GpuBuffer {
  readonly size: number;
  readonly usage: number;
  destroy(): void;
  mapAsync(mode: number, offset?: number, size?: number): Promise<unknown>;
  getMappedRange(offset?: number, size?: number): ArrayBuffer;
  unmap(): void;
}

/** The user's own type of a GPUBuffer, where there is one. */
export type UserGpuBuffer = typeof globalThis extends { GPUBuffer: { prototype: infer B } } ? B : GpuBuffer;

/** The user's own type of a GPUDevice, where there is one. */
export type UserGpuDevice = typeof globalThis extends { GPUDevice: { prototype: infer D } } ? D : GpuDevice;

interface GpuQueue {
  submit(commands: readonly object[]): void;
  writeBuffer(buffer: GpuBuffer, offset: number, data: ArrayBufferView, dataOffset?: number, size?: number): void;
  onSubmittedWorkDone(): Promise<unknown>;
}

export interface GpuComputePass {
  setPipeline(pipeline: object): void;
  setBindGroup(index: number, group: object, data: Uint32Array, start: number, length: number): void;
  dispatchWorkgroups(x: number, y?: number, z?: number): void;
  end(): void;
}

export interface GpuEncoder {
  beginComputePass(descriptor?: object): GpuComputePass;
  copyBufferToBuffer(from: GpuBuffer, fromOffset: number, to: GpuBuffer, toOffset: number, size: number): void;
  clearBuffer(buffer: GpuBuffer, offset?: number, size?: number): void;
  resolveQuerySet(set: object, first: number, count: number, to: GpuBuffer, offset: number): void;
  finish(): object;
}

/** A device as `GPUAdapter.requestDevice` gives it. */
export interface GpuDevice {
  readonly limits: GpuLimits;
  readonly features: { has(name: string): boolean };
  readonly queue: GpuQueue;
  readonly lost: Promise<{ readonly reason?: string | undefined; readonly message: string }>;
  readonly adapterInfo?: GpuAdapterInfo;
  createBuffer(descriptor: { size: number; usage: number; mappedAtCreation?: boolean }): GpuBuffer;
  createShaderModule(descriptor: { code: string; label?: string }): object;
  createBindGroupLayout(descriptor: object): object;
  createPipelineLayout(descriptor: object): object;
  createBindGroup(descriptor: object): object;
  createComputePipelineAsync(descriptor: object): Promise<object>;
  createCommandEncoder(): GpuEncoder;
  createQuerySet(descriptor: { type: "timestamp"; count: number }): { destroy(): void };
  pushErrorScope(filter: "validation" | "out-of-memory" | "internal"): void;
  popErrorScope(): Promise<{ readonly message: string } | null>;
  destroy(): void;
}

/** Limits by name, as WebGPU has them. */
export type GpuLimits = Readonly<Record<LimitName, number>>;

/** The limits that kernels run into. */
export type LimitName =
  | "maxBufferSize"
  | "maxStorageBufferBindingSize"
  | "maxStorageBuffersPerShaderStage"
  | "maxComputeInvocationsPerWorkgroup"
  | "maxComputeWorkgroupSizeX"
  | "maxComputeWorkgroupSizeY"
  | "maxComputeWorkgroupSizeZ"
  | "maxComputeWorkgroupStorageSize"
  | "maxComputeWorkgroupsPerDimension"
  | "maxUniformBufferBindingSize"
  | "minUniformBufferOffsetAlignment";

export interface GpuAdapterInfo {
  readonly vendor?: string;
  readonly architecture?: string;
  readonly device?: string;
  readonly description?: string;
  /** Threads of the smallest subgroup that a shader may be given. */
  readonly subgroupMinSize?: number;
}

export interface GpuAdapter {
  readonly info?: GpuAdapterInfo;
  readonly features: { has(name: string): boolean };
  readonly limits: GpuLimits;
  requestDevice(descriptor: object): Promise<GpuDevice>;
}

/** `navigator.gpu`, or what stands for it in Node. */
export interface Gpu {
  requestAdapter(options?: object): Promise<GpuAdapter | null>;
}

/** Flags of GPUBufferUsage and GPUMapMode: in browsers they are globals, in Node they are not. */
export const usage = {
  mapRead: 1,
  copySource: 4,
  copyTarget: 8,
  uniform: 64,
  storage: 128,
  queryResolve: 512,
} as const;
export const mapRead = 1;
