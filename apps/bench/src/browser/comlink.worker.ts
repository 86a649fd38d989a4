import { expose, transfer } from "comlink";
import { addNumbers } from "../tasks/functions.js";

const api: { readonly addNumbers: typeof addNumbers; echo(bytes: Uint8Array<ArrayBuffer>): Uint8Array } = {
  addNumbers,
  echo: (bytes: Uint8Array<ArrayBuffer>): Uint8Array => transfer(bytes, [bytes.buffer]),
};

/** What comlink's worker offers. */
export type Api = typeof api;

expose(api);
