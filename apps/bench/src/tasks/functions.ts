// What the pools run, as a module of its own in dist. Peers call functions with one argument, an object.

export const add = ({ a, b }: { readonly a: number; readonly b: number }): number => a + b;
export const echo = ({ bytes }: { readonly bytes: Uint8Array }): Uint8Array => bytes;

export function addNumbers(a: number, b: number): number {
  return a + b;
}

export function echoBytes(bytes: Uint8Array): Uint8Array {
  return bytes;
}
