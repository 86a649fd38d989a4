import { describe, expect, it } from "vitest";
import { JobList } from "../src/host/job-list.js";
import { job } from "./support.js";

describe("JobList", () => {
  it("keeps the order in which jobs came, whichever are removed", () => {
    const list = new JobList();
    const [first, second, third, fourth] = [job(), job(), job(), job()];
    for (const each of [first, second, third]) list.add(each);
    list.remove(second);
    expect(list.snapshot()).toEqual([first, third]);
    list.remove(first);
    list.add(fourth);
    list.add(second);
    list.remove(third);
    expect(list.snapshot().map(({ id }) => id)).toEqual([fourth.id, second.id]);
    list.remove(second);
    list.remove(fourth);
    expect(list.snapshot()).toEqual([]);
    list.add(first);
    expect(list.snapshot()).toEqual([first]);
  });

  it("lets go of what is removed", () => {
    const list = new JobList();
    const jobs = [job(), job(), job()];
    for (const each of jobs) list.add(each);
    list.remove(jobs[1]!);
    expect([jobs[1]!.previous, jobs[1]!.next]).toEqual([undefined, undefined]);
  });
});
