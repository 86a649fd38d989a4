// Programs are verified in tests, and only there: it costs a tenth of a first call.

import { afterEach, expect, test } from "vitest";
import { gridProgram, local, set } from "../../src/ir/builder.js";
import { VerifierError } from "../../src/ir/verifier.js";
import { verifyInTests } from "../../src/launch/verification.js";

const wrong = gridProgram({ locals: [{ name: "a", type: "int32" }] }, [set(0, local("float32", 7))]);

afterEach(() => {
  process.env.EVERYCORE_VERIFY = "1";
});

test("programs are verified while the tests of the repository run", () => {
  expect(process.env.EVERYCORE_VERIFY).toBe("1");
  expect(() => verifyInTests(wrong)).toThrow(VerifierError);
});

test("programs are not verified elsewhere", () => {
  delete process.env.EVERYCORE_VERIFY;
  expect(() => verifyInTests(wrong)).not.toThrow();
});
