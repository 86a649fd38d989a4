// Every kind of mistake that the front end finds, by its permanent name. The documentation lists them; a message says which
// construct it was, and what to write instead.

/** Why a kernel is refused, with one line each. */
export const reasons = {
  // The function as a whole
  "native-function": "a native or bound function has no source to read",
  "class-constructor": "a class is not a function that kernels can run",
  "async-function": "kernels cannot be async",
  "generator-function": "kernels cannot be generators",
  accessor: "getters and setters cannot be kernels",
  syntax: "the function's text is not plain JavaScript",
  "capture-thunk": "the capture thunk does not return an object of named values",
  "parameter-pattern": "a parameter is destructured, or collects the rest",
  "argument-count": "a call does not give as many arguments as the function has parameters",

  // Names and variables
  "unknown-name": "a name is neither declared, nor captured, nor a global of the language",
  "captured-value": "a captured value is not a number, boolean, typed array, function, or object of these",
  "captured-expression": "a captured value has no name outside of the thunk",
  "unset-variable": "a variable is read that never got a value",
  "assign-constant": "a `const` or a captured value is assigned",
  "assign-array": "a whole array is assigned",
  "assign-thread": "`thread` or a member of it is assigned",
  "assign-function": "a function is assigned or kept in a variable that changes",
  "assign-target": "something that is no variable and no array element is assigned",
  destructuring: "destructuring of anything but `thread` and `Math`",

  // Statements and expressions that are not in the language
  "for-of": "a `for…of` or `for…in` loop",
  exceptions: "`try`, `catch` or `throw`",
  async: "`await` or `yield`",
  string: "a string or template literal",
  regexp: "a regular expression",
  bigint: "a BigInt",
  null: "`null`",
  undefined: "`undefined` used as a value",
  object: "an object literal",
  "array-literal": "an array literal",
  spread: "spread or rest",
  class: "a class inside of a kernel",
  this: "`this`, `super`, `arguments` or `new.target`",
  new: "`new`",
  operator: "`typeof`, `instanceof`, `in` or `delete`",
  "optional-chaining": "`?.`",
  nullish: "`??` or `??=`",
  with: "a `with` statement",
  using: "a `using` declaration",
  import: "`import` inside of a kernel",
  "switch-case": "a `case` that changes something while it is compared",

  // Calls and members
  "unknown-function": "a function that kernels cannot call",
  "unknown-math": "a member of `Math` or `Number` that kernels do not have",
  "math-random": "`Math.random()`",
  console: "`console`",
  "array-method": "a method of arrays",
  "unknown-member": "a member that the value does not have",
  "unknown-thread-member": "a member that `thread` does not have",
  "thread-value": "`thread`, or a method of it, used as a value",
  "function-value": "a function used as a value",
  "not-a-function": "something is called that is no function",
  recursion: "a function that calls itself",
  "shared-length": "the length of a shared array is not a constant",
  "shared-type": "the first argument of `thread.shared` is not a typed array class",
  "shared-place": "`thread.shared` in a branch or loop, or not kept in a `const`",

  // Types
  "array-as-number": "an array is used as a number",
  "number-as-array": "a number is used as an array",
  "float-index": "an index is a float that may have a fraction",
  "index-type": "an index is not a number",
  "uneven-branches": "the two sides of `?:` are not of one kind",
  "no-value": "a function that returns nothing is used as a value",
  "return-value": "a grid kernel returns a value",
  "missing-return": "a function does not return a value on every path",
  "write-not-allowed": "an array is written where only `kernel` may",
  "unsupported-atomic": "an atomic operation that the element type does not have",
  "divergent-barrier": "a barrier that not all threads of a group may reach together",
  "stencil-offset": "a stencil's array is not called with one, two or three whole offsets",
} as const;

/** The name of a kind of mistake. */
export type Reason = keyof typeof reasons;
