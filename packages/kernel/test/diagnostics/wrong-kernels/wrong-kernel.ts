// What the wrong kernels have in common: the arguments that they are looked at with.

/** Wrong kernels by what is wrong with them. Each function makes one and looks at it. */
export type WrongKernels = Readonly<Record<string, () => unknown>>;

export const f32 = new Float32Array(4);
export const i32 = new Int32Array(4);
