import workerpool from "workerpool";
import { add } from "../tasks/functions.js";

workerpool.worker({
  add,
  echo: ({ bytes }: { readonly bytes: Uint8Array<ArrayBuffer> }) => new workerpool.Transfer(bytes, [bytes.buffer]),
});
