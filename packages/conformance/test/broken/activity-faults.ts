// Wrong threads and processes of one's own.

import type { Activity, Backend } from "@everycore/core";
import { backend as threads } from "../../../node-threads/dist/index.js";
import type { Fault } from "./fault.js";

/** A backend whose activities have some members of another make. */
function changed(change: (inner: Activity) => Partial<Activity>): Backend {
  return {
    ...threads,
    name: "wrong(node-threads)",
    createActivity: (target, ...options) => {
      const inner = threads.createActivity(target, ...options);
      const members = change(inner);
      return new Proxy(inner, {
        get(_, key) {
          if (key in members) return members[key as keyof Activity];
          const member = Reflect.get(inner, key, inner);
          return typeof member === "function" ? member.bind(inner) : member;
        },
      });
    },
  } as Backend;
}

/** See fault.ts. */
export const activityFaults: readonly Fault[] = [
  {
    what: "lets a thread be started twice",
    law: "T1",
    sentence: "start twice is refused",
    titles: /start twice/,
    backend: changed((inner) => ({ start: () => inner.isAlive || inner.start() })),
  },
  {
    what: "says that a thread has ended when only the time is up",
    law: "T1",
    sentence: "join returns false",
    titles: /timeout/,
    backend: changed((inner) => ({ join: (options) => inner.join(options).then(() => true) })),
  },
  {
    what: "keeps the error of a thread to itself",
    law: "T2",
    sentence: "join rejects with what nobody caught",
    titles: /of the function/,
    backend: changed((inner) => ({ join: (options) => inner.join(options).catch(() => true) })),
  },
  {
    what: "says that all went well",
    law: "T4",
    sentence: "the exit code is that of its end",
    titles: /exit code/,
    backend: changed(() => ({ exitCode: 0 })),
  },
  {
    what: "takes the end that was asked for as an error",
    law: "T4",
    sentence: "the exit code of what was ended by kill is null",
    titles: /^kill ends/,
    backend: changed((inner) => ({
      get exitCode() {
        return inner.exitCode === null ? 1 : inner.exitCode;
      },
    })),
  },
];
