// Operations of the IR that WGSL has not, or not with the same meaning, as functions in WGSL.
//
// Two things about floats decide how they are written:
//  - WGSL lets a compiler assume that NaN and infinities do not occur. So whatever depends on them looks at the bits, as
//    integers; and their own bits are made with a zero from the uniform buffer, of which no compiler can know that it is one.
//  - WGSL lets a compiler fuse a product with a sum. `kept` makes that impossible, with the same zero: the product passes through
//    an integer operation. So results are those of the processor, digit by digit, where a GPU's `+`, `-` and `*` are exact, as they
//    have to be. (Division and square roots may differ in the last places.)

/** One function in WGSL, and those that it calls. */
interface Operation {
  readonly uses: readonly OperationName[];
  readonly text: string;
}

/** The names of the operations. */
export type OperationName = keyof typeof texts;

const texts = {
  kept: "fn kept(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) | frame.grid.w); }",
  special: "fn special(bits: u32) -> f32 { return bitcast<f32>(bits | frame.grid.w); }",
  opaque_i32: "fn opaque_i32(x: i32) -> i32 { return x; }",
  opaque_u32: "fn opaque_u32(x: u32) -> u32 { return x; }",
  opaque_f32: "fn opaque_f32(x: f32) -> f32 { return x; }",
  is_number: "fn is_number(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) <= 0x7f800000u; }",
  is_true: "fn is_true(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) - 1u < 0x7f800000u; }",
  // Equal numbers have equal bits, but for zeros: the lesser of those has the sign bit, the greater has not.
  least: `fn least(a: f32, b: f32) -> f32 {
  if (!is_number(a)) { return a; }
  if (!is_number(b)) { return b; }
  return least_number(a, b);
}`,
  greatest: `fn greatest(a: f32, b: f32) -> f32 {
  if (!is_number(a)) { return a; }
  if (!is_number(b)) { return b; }
  return greatest_number(a, b);
}`,
  least_number: `fn least_number(a: f32, b: f32) -> f32 {
  let equal = bitcast<f32>(bitcast<u32>(a) | bitcast<u32>(b));
  return select(select(b, a, a < b), equal, a == b);
}`,
  greatest_number: `fn greatest_number(a: f32, b: f32) -> f32 {
  let equal = bitcast<f32>(bitcast<u32>(a) & bitcast<u32>(b));
  return select(select(b, a, a > b), equal, a == b);
}`,
  divide_i32: "fn divide_i32(a: i32, b: i32) -> i32 { return select(a / b, 0i, b == 0i); }",
  divide_u32: "fn divide_u32(a: u32, b: u32) -> u32 { return select(a / b, 0u, b == 0u); }",
  floor_divide: `fn floor_divide(a: i32, b: i32) -> i32 {
  if (b == 0i) { return 0i; }
  let below = (a % b != 0i) && ((a < 0i) != (b < 0i));
  return a / b - select(0i, 1i, below);
}`,
  // JavaScript's ToInt32. Beyond 2^31 the bits of the whole number are the mantissa, shifted; the upper ones fall off.
  to_i32: `fn to_i32(x: f32) -> i32 {
  let bits = bitcast<u32>(x);
  let exponent = (bits >> 23u) & 255u;
  if (exponent < 158u) { return i32(x); }
  if (exponent > 181u) { return 0i; }
  let whole = bitcast<i32>(((bits & 0x7fffffu) | 0x800000u) << (exponent - 150u));
  return select(whole, -whole, (bits >> 31u) != 0u);
}`,
  // Half up, with the sign of zero that the number has.
  round_half_up: `fn round_half_up(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  if ((bits & 0x7fffffffu) >= 0x4b000000u) { return x; }
  let below = floor(x);
  let rounded = select(below, below + 1.0, x - below >= 0.5);
  return bitcast<f32>(bitcast<u32>(rounded) | (bits & 0x80000000u));
}`,
  // Long division of the mantissas, eight bits a step: exact for all numbers.
  remainder: `fn remainder(a: f32, b: f32) -> f32 {
  let sign = bitcast<u32>(a) & 0x80000000u;
  let x = bitcast<u32>(a) & 0x7fffffffu;
  let y = bitcast<u32>(b) & 0x7fffffffu;
  if (x >= 0x7f800000u || y > 0x7f800000u || y == 0u) { return special(0x7fc00000u); }
  if (x < y) { return a; }
  let places = max(y >> 23u, 1u);
  var steps = max(x >> 23u, 1u) - places;
  let divisor = select((y & 0x7fffffu) | 0x800000u, y, y < 0x800000u);
  var rest = select((x & 0x7fffffu) | 0x800000u, x, x < 0x800000u) % divisor;
  while (steps >= 8u) {
    rest = (rest << 8u) % divisor;
    steps -= 8u;
  }
  rest = (rest << steps) % divisor;
  if (rest == 0u) { return bitcast<f32>(sign | (frame.grid.w)); }
  let up = min(countLeadingZeros(rest) - 8u, places - 1u);
  let mantissa = rest << up;
  let exponent = select(0u, places - up, mantissa >= 0x800000u);
  return bitcast<f32>(sign | (exponent << 23u) | (mantissa & 0x7fffffu));
}`,
} as const;

const uses: Partial<Record<OperationName, readonly OperationName[]>> = {
  least: ["is_number", "least_number"],
  greatest: ["is_number", "greatest_number"],
  remainder: ["special"],
};

/** The function behind a name. */
export function operation(name: OperationName): Operation {
  return { uses: uses[name] ?? [], text: texts[name] };
}
