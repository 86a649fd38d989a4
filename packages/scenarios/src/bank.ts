// Transfers between accounts in shared memory, from all workers at once: with a lock for each account, and without. With
// locks no money is lost; without them two workers read the same balance, and the payment that is written first is overwritten.

import { type Executor, gather } from "@everycore/core";
import { Barrier, Lock, SharedArray } from "@everycore/sync";
import { amount, expectEqual, type RunContext, type Scenario } from "./scenario.js";
import { tasks } from "./tasks.js";

/** Size of `bank`. */
export interface BankOptions {
  readonly accounts?: number;
  readonly transfers?: number;
}

interface Input {
  readonly accounts: number;
  /** From, to and amount of each transfer. */
  readonly transfers: Int32Array;
}

/** Every account's balance at the end. */
export interface Balances {
  readonly withLocks: readonly number[];
  readonly withoutLocks: readonly number[];
}

const openingBalance = 1_000_000;
/** Steps between reading a balance and writing it: long enough that others come in between. */
const deliberation = 300;

/** Makes the scenario. */
export function bank({ accounts = 8, transfers = 20_000 }: BankOptions = {}): Scenario<Input, Balances> {
  return {
    name: "bank",
    title: "Bank",
    description:
      `Makes ${transfers.toLocaleString("en")} transfers between ${accounts} accounts in shared memory from all workers, with a ` +
      "lock for each account, and again without locks, where money gets lost. Checked: with locks " +
      "the total is what it was, and each balance is what the list of transfers says.",
    requires: ["tasks", "parallel", "sharedMemory"],
    incomparable: "it is about what is right, not about speed",
    prepare: async () => ({ accounts, transfers: inventTransfers(transfers, accounts) }),
    run: runOn,
    check: async ({ withLocks }, { input }) => checkBalances(withLocks, input),
    describe: ({ withLocks, withoutLocks }) =>
      `with locks ${sum(withLocks).toLocaleString("en")} stay ${sum(withLocks).toLocaleString("en")}; ${describeDamage(withLocks, withoutLocks)}`,
  };
}

/**
 * From, to, amount, the same on every machine. Money goes from one half of the accounts to the other: without locks it is then mostly
 * payments that get lost, and not as many withdrawals, which would make up for them.
 */
function inventTransfers(count: number, accounts: number): Int32Array {
  let state = 2026;
  const random = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const half = Math.floor(accounts / 2);
  const transfers = new Int32Array(3 * count);
  for (let at = 0; at < transfers.length; at += 3) {
    transfers.set([random(half), half + random(accounts - half), 1 + random(100)], at);
  }
  return transfers;
}

async function runOn(context: RunContext<Input, Executor>): Promise<Balances> {
  const { accounts } = context.input;
  const locks = Array.from({ length: accounts }, (_, index) => new Lock({ name: `account ${index}` }));
  return { withLocks: await makeTransfers(context, locks), withoutLocks: await makeTransfers(context, undefined) };
}

async function makeTransfers(
  { input, executor, signal, progress }: RunContext<Input, Executor>,
  locks: readonly Lock[] | undefined,
): Promise<number[]> {
  const balances = new SharedArray("int32", new Array<number>(input.accounts).fill(openingBalance));
  const workers = executor.maxWorkers;
  // Nobody begins before all are there: else the first one would be done before the last one comes.
  const start = new Barrier(workers, { name: "start" });
  const share = 3 * Math.ceil(input.transfers.length / 3 / workers);
  let done = 0;
  const pool = executor.with({ signal });
  const futures = Array.from({ length: workers }, (_, worker) => {
    const own = input.transfers.subarray(worker * share, (worker + 1) * share);
    const future = pool.submit(tasks.transferMoney, start, balances, locks, own, deliberation);
    return future.addDoneCallback(() => progress(++done, workers, `${amount(done, workers, "tellers")} are done`));
  });
  await gather(futures);
  return [...balances];
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function checkBalances(balances: readonly number[], { accounts, transfers }: Input): string[] {
  const expected = new Array<number>(accounts).fill(openingBalance);
  // Money in, then money out: in another order, and in no common memory.
  for (let at = 0; at < transfers.length; at += 3)
    (expected[transfers[at + 1] as number] as number) += transfers[at + 2] as number;
  for (let at = 0; at < transfers.length; at += 3)
    (expected[transfers[at] as number] as number) -= transfers[at + 2] as number;
  return [
    ...expectEqual("the total with locks", sum(balances), accounts * openingBalance),
    ...expected.flatMap((balance, index) => expectEqual(`account ${index} with locks`, balances[index] ?? 0, balance)),
  ];
}

/** What went wrong without locks; by chance, or with one worker, it may be nothing. */
function describeDamage(right: readonly number[], actual: readonly number[]): string {
  const wrong = actual.filter((balance, index) => balance !== right[index]).length;
  if (wrong === 0) return "without, nothing was lost this time";
  const off = sum(actual) - sum(right);
  const total = `${Math.abs(off).toLocaleString("en")} ${off < 0 ? "are lost" : "come from nowhere"}`;
  return `without, ${total}, ${wrong} of ${actual.length} balances are wrong`;
}
