// Asks V8, through an in-process inspector session, what no language feature tells about a function: where it was
// defined, and which variables it captures. Synchronous, needs no flags.
//
// Scripts' URLs are known only while the debugger is enabled, and an enabled debugger makes promises eight times
// slower: it is switched on for a single look and off again. The rest works without it.

import { Session } from "node:inspector";

/** Where a function was defined. Lines and columns count from 0. */
export interface FunctionLocation {
  readonly scriptId: string;
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

interface RemoteValue {
  readonly objectId?: string;
  readonly description?: string;
  readonly value?: unknown;
}

interface Property {
  readonly name: string;
  readonly value?: RemoteValue;
}

interface Properties {
  readonly result: readonly Property[];
  readonly internalProperties?: readonly Property[];
}

/** A scope that a function can see. */
export interface FunctionScope {
  /** As V8 describes it: `Closure (outer)`, `Module`, `Block`, `Script`, `Global`. */
  readonly description: string;
  readonly variables: readonly string[];
}

const handover: unique symbol = Symbol.for("everycore.inspected");
const group = "everycore";

/** One session, opened at the first question. */
export class FunctionInspector {
  #session: Session | undefined;
  readonly #urls = new Map<string, string>();

  /** Where `fn` was defined, or `undefined` for native functions. */
  locate(fn: object): FunctionLocation | undefined {
    return this.#inspect(fn, (internal) => {
      const location = internal.get("[[FunctionLocation]]")?.value as
        | { scriptId: string; lineNumber: number; columnNumber?: number }
        | undefined;
      if (!location) return undefined;
      const { scriptId, lineNumber, columnNumber = 0 } = location;
      return { scriptId, url: this.#urlOf(scriptId), line: lineNumber, column: columnNumber };
    });
  }

  /** The scopes that `fn` can see, innermost first, without the global ones. */
  scopes(fn: object): FunctionScope[] {
    return this.#inspect(fn, (internal) => {
      const list = internal.get("[[Scopes]]")?.objectId;
      if (!list) return [];
      const scopes = this.#properties(list).result.filter(({ name }) => /^\d+$/.test(name));
      return scopes
        .map(({ value }) => value)
        .filter((value): value is RemoteValue => value !== undefined && !value.description?.startsWith("Global"))
        .map(({ description = "", objectId }) => ({
          description,
          variables: objectId ? this.#properties(objectId).result.map(({ name }) => name) : [],
        }));
    });
  }

  /** The text of a script, as it was compiled. */
  scriptSource(scriptId: string): string {
    return this.#withDebugger(
      () => this.#post<{ scriptSource: string }>("Debugger.getScriptSource", { scriptId }).scriptSource,
    );
  }

  #inspect<R>(fn: object, use: (internal: Map<string, RemoteValue | undefined>) => R): R {
    const holder = globalThis as { [handover]?: object };
    holder[handover] = fn;
    try {
      const expression = 'globalThis[Symbol.for("everycore.inspected")]';
      const { result } = this.#post<{ result: RemoteValue }>("Runtime.evaluate", { expression, objectGroup: group });
      const { internalProperties = [] } = this.#properties(result.objectId as string);
      return use(new Map(internalProperties.map(({ name, value }) => [name, value])));
    } finally {
      delete holder[handover];
      this.#post("Runtime.releaseObjectGroup", { objectGroup: group });
    }
  }

  #urlOf(scriptId: string): string {
    if (!this.#urls.has(scriptId)) this.#withDebugger(() => undefined);
    return this.#urls.get(scriptId) ?? "";
  }

  #withDebugger<R>(use: () => R): R {
    this.#post("Debugger.enable");
    try {
      return use();
    } finally {
      this.#post("Debugger.disable");
    }
  }

  #properties(objectId: string): Properties {
    return this.#post<Properties>("Runtime.getProperties", { objectId, ownProperties: true });
  }

  #post<R>(method: string, params: object = {}): R {
    this.#session ??= this.#open();
    let answer: { readonly error: Error | null; readonly result: unknown } | undefined;
    this.#session.post(method, params, (error: Error | null, result: unknown) => {
      answer = { error, result };
    });
    if (!answer) throw new Error(`The inspector did not answer ${method} at once.`);
    if (answer.error) throw answer.error;
    return answer.result as R;
  }

  #open(): Session {
    const session = new Session();
    session.connect();
    session.on("Debugger.scriptParsed", ({ params }) => {
      this.#urls.set(params.scriptId, params.url);
    });
    return session;
  }
}
