// When the device is done with what it was given. WebGL has no event for that: it has to be asked, more and more rarely.

import { constant, type Gl } from "./gl-types.js";

const longestMs = 4;

/** Resolves when everything that was given to the device before is done; rejects when the device is lost. */
export function passed(gl: Gl): Promise<void> {
  const fence = gl.fenceSync(constant.commandsComplete, 0);
  gl.flush();
  return new Promise((resolve, reject) => {
    if (!fence) return reject(new Error("The device takes no fence."));
    let waitMs = 0;
    const ask = (): void => {
      const state = gl.clientWaitSync(fence, 0, 0);
      if (state === constant.alreadySignaled || state === constant.conditionSatisfied) {
        gl.deleteSync(fence);
        resolve();
      } else if (state === constant.waitFailed || gl.isContextLost()) reject(new Error("The device has failed."));
      else {
        setTimeout(ask, waitMs);
        waitMs = Math.min(longestMs, waitMs + 1);
      }
    };
    setTimeout(ask, 0);
  });
}
