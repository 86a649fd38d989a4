// Operations of the IR that WGSL has not, or not with the same meaning, as functions in WGSL.
//
// Two things about floats decide how they are written:
//  - WGSL lets a compiler assume that NaN and infinities do not occur. So whatever depends on them looks at the bits, as
//    integers; and their own bits are made with a zero from the uniform buffer, of which no compiler can know that it is one.
//  - WGSL lets a compiler fuse a product with a sum. `kept` makes that impossible, with the same zero: the product passes through
//    an integer operation. Quotients and square roots, which a GPU may round wrongly in the last places, are estimated and then put
//    right in integers. So results are those of the processor, digit by digit, wherever `+`, `-` and `*` round as they have to.

import type { Operation, ShaderText } from "@everycore/gpu";

/** The names of the operations. */
export type OperationName = keyof typeof texts;

/** The text of a shader with these operations. */
export type Shader = ShaderText<OperationName>;

const texts = {
  kept: "fn kept(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) | frame.grid.w); }",
  special: "fn special(bits: u32) -> f32 { return bitcast<f32>(bits | frame.grid.w); }",
  opaque_i32: "fn opaque_i32(x: i32) -> i32 { return x; }",
  opaque_u32: "fn opaque_u32(x: u32) -> u32 { return x; }",
  opaque_f32: "fn opaque_f32(x: f32) -> f32 { return x; }",
  is_number: "fn is_number(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) <= 0x7f800000u; }",
  is_true: "fn is_true(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) - 1u < 0x7f800000u; }",
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
  // The bits of a float as an integer that has the order of the floats, with -0 before +0. Comparing floats might lose subnormals.
  order: `fn order(x: f32) -> i32 {
  let bits = bitcast<i32>(x);
  return bits ^ ((bits >> 31u) & 0x7fffffffi);
}`,
  least_number: "fn least_number(a: f32, b: f32) -> f32 { return select(b, a, order(a) < order(b)); }",
  greatest_number: "fn greatest_number(a: f32, b: f32) -> f32 { return select(b, a, order(a) > order(b)); }",
  // The device's quotient of the mantissas is off by a few units at most. The rest, which fits in 32 bits, tells by how many, to one, and
  // what is left then tells about that one.
  divide: `fn divide(a: f32, b: f32) -> f32 {
  let sign = (bitcast<u32>(a) ^ bitcast<u32>(b)) & 0x80000000u;
  let x = bitcast<u32>(a) & 0x7fffffffu;
  let y = bitcast<u32>(b) & 0x7fffffffu;
  if (x - 1u >= 0x7f7fffffu || y - 1u >= 0x7f7fffffu) { return divide_special(sign, x, y); }
  var n = mantissa(x);
  let d = mantissa(y);
  var e = exponent(x) - exponent(y) + 127i;
  if (n < d) {
    n <<= 1u;
    e -= 1i;
  }
  var q = u32(f32(n) / f32(d) * 16777216.0);
  var rest = bitcast<i32>((n << 24u) - q * d);
  let off = i32(floor(f32(rest) / f32(d)));
  q += u32(off);
  rest -= off * i32(d);
  let more = select(0i, 1i, rest >= i32(d)) - select(0i, 1i, rest < 0i);
  q += u32(more);
  rest -= more * i32(d);
  let drop = u32(max(2i - e, 1i));
  if (drop > 25u) { return bitcast<f32>(sign | frame.grid.w); }
  let kept_bits = q >> drop;
  let lost = q & ((1u << drop) - 1u);
  let half = 1u << (drop - 1u);
  let up = lost > half || (lost == half && (rest != 0i || (kept_bits & 1u) == 1u));
  let bits = (u32(max(e, 1i) - 1i) << 23u) + kept_bits + u32(up);
  return special(sign | min(bits, 0x7f800000u));
}`,
  divide_special: `fn divide_special(sign: u32, x: u32, y: u32) -> f32 {
  let infinite = 0x7f800000u;
  if (max(x, y) > infinite || (x == y && (x == 0u || x == infinite))) { return special(0x7fc00000u); }
  return special(sign | select(0u, infinite, x == infinite || y == 0u));
}`,
  // The same with squares.
  square_root: `fn square_root(a: f32) -> f32 {
  let x = bitcast<u32>(a);
  if (x == 0u || x == 0x80000000u || x == 0x7f800000u) { return a; }
  if (x > 0x7f800000u) { return special(0x7fc00000u); }
  let e = exponent(x) - 150i;
  let shift = select(26u, 25u, (e & 1i) != 0i);
  let n = mantissa(x);
  var s = u32(sqrt(f32(n) * select(67108864.0, 33554432.0, shift == 25u)));
  let off = i32(floor(f32(bitcast<i32>((n << shift) - s * s)) / f32(2u * s)));
  s += u32(off);
  var rest = bitcast<i32>((n << shift) - s * s);
  let more = select(0i, 1i, rest > i32(2u * s)) - select(0i, 1i, rest < 0i);
  s += u32(more);
  rest = bitcast<i32>((n << shift) - s * s);
  let scale = (e - i32(shift)) / 2i + 150i;
  return bitcast<f32>((u32(scale) << 23u) + (s >> 1u) + (s & 1u));
}`,
  // Of a finite number other than zero: 24 bits, and the exponent that goes with them.
  mantissa: `fn mantissa(x: u32) -> u32 {
  if (x >= 0x800000u) { return (x & 0x7fffffu) | 0x800000u; }
  return x << (countLeadingZeros(x) - 8u);
}`,
  exponent: `fn exponent(x: u32) -> i32 {
  if (x >= 0x800000u) { return i32(x >> 23u); }
  return 9i - i32(countLeadingZeros(x));
}`,
  // Threefry-2x32 of kernel/src/ir/random.ts, as loops: written out, as `threefryDefinition` has it, and called in two branches, it
  // keeps the optimiser of SPIR-V busy for ever.
  random_number: `fn random_number(seed: u32, thread: u32, draw: u32) -> f32 {
  var k0 = seed;
  var k1 = 0x45564352u;
  var k2 = 0x1bd11bdau ^ k0 ^ k1;
  var x0 = thread + k0;
  var x1 = draw + k1;
  for (var step = 1u; step <= 5u; step += 1u) {
    var distances = select(0x18101d11u, 0x061a0f0du, (step & 1u) != 0u);
    for (var round = 0u; round < 4u; round += 1u) {
      let distance = distances & 255u;
      distances >>= 8u;
      x0 += x1;
      x1 = ((x1 << distance) | (x1 >> (32u - distance))) ^ x0;
    }
    let last = k0;
    k0 = k1;
    k1 = k2;
    k2 = last;
    x0 += k0;
    x1 += k1 + step;
  }
  return f32(x0 >> 8u) * 5.9604644775390625e-8f;
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
  least_number: ["order"],
  greatest_number: ["order"],
  remainder: ["special"],
  divide: ["special", "mantissa", "exponent", "divide_special"],
  divide_special: ["special"],
  square_root: ["special", "mantissa", "exponent"],
};

/** The function behind a name. */
export function operation(name: OperationName): Operation<OperationName> {
  return { uses: uses[name] ?? [], text: texts[name] };
}
