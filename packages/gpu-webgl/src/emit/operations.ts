// Operations of the IR that GLSL ES has not, or not with the same meaning, as functions in GLSL ES 3.00.
//
// Three things decide how they are written:
//  - A driver may assume that NaN and infinities do not occur. So whatever depends on them looks at the bits, as integers; and
//    their own bits are made with `user_zero`, a uniform of which no compiler can know that it is 0.
//  - A driver may fuse a product with a sum. `kept` makes that impossible, with the same zero: the product passes through an
//    integer operation. Quotients and square roots, which GLSL ES allows to be 2.5 units off, are estimated and then put right in
//    integers. So results are those of the processor, digit by digit, wherever `+`, `-` and `*` round as they have to.
//  - What GLSL ES leaves undefined is never reached: division by zero, remainders of negative integers, long shifts.

import type { Operation, ShaderText } from "@everycore/gpu";

/** The names of the operations. */
export type OperationName = keyof typeof texts;

/** The text of a shader with these operations. */
export type Shader = ShaderText<OperationName>;

const texts = {
  kept: "float kept(float x) { return uintBitsToFloat(floatBitsToUint(x) | uint(user_zero)); }",
  special: "float special(uint bits) { return uintBitsToFloat(bits | uint(user_zero)); }",
  is_number: "bool is_number(float x) { return (floatBitsToUint(x) & 0x7fffffffu) <= 0x7f800000u; }",
  is_true: "bool is_true(float x) { return (floatBitsToUint(x) & 0x7fffffffu) - 1u < 0x7f800000u; }",
  least: `float least(float a, float b) {
  if (!is_number(a)) { return a; }
  if (!is_number(b)) { return b; }
  return order(a) < order(b) ? a : b;
}`,
  greatest: `float greatest(float a, float b) {
  if (!is_number(a)) { return a; }
  if (!is_number(b)) { return b; }
  return order(a) > order(b) ? a : b;
}`,
  // The bits of a float as an integer that has the order of the floats, with -0 before +0. Comparing floats might lose subnormals.
  order: `int order(float x) {
  int bits = floatBitsToInt(x);
  return bits ^ ((bits >> 31) & 0x7fffffff);
}`,
  leading_zeros: `int leading_zeros(uint x) {
  if (x == 0u) { return 32; }
  int count = 0;
  if (x < 0x10000u) { count += 16; x <<= 16; }
  if (x < 0x1000000u) { count += 8; x <<= 8; }
  if (x < 0x10000000u) { count += 4; x <<= 4; }
  if (x < 0x40000000u) { count += 2; x <<= 2; }
  return x < 0x80000000u ? count + 1 : count;
}`,
  // The device's quotient of the mantissas is off by a few units at most; the rest, which is small, tells by how many, modulo 2^32.
  divide: `float divide(float a, float b) {
  uint sign_bit = (floatBitsToUint(a) ^ floatBitsToUint(b)) & 0x80000000u;
  uint x = floatBitsToUint(a) & 0x7fffffffu;
  uint y = floatBitsToUint(b) & 0x7fffffffu;
  if (x - 1u >= 0x7f7fffffu || y - 1u >= 0x7f7fffffu) { return divide_special(sign_bit, x, y); }
  uint n = mantissa_of(x);
  uint d = mantissa_of(y);
  int e = exponent_of(x) - exponent_of(y) + 127;
  if (n < d) {
    n <<= 1;
    e -= 1;
  }
  uint q = uint(float(n) / float(d) * 16777216.0);
  int rest = int((n << 24) - q * d);
  while (rest < 0) {
    q -= 1u;
    rest += int(d);
  }
  while (rest >= int(d)) {
    q += 1u;
    rest -= int(d);
  }
  int drop = max(2 - e, 1);
  if (drop > 25) { return special(sign_bit); }
  uint whole = q >> drop;
  uint lost = q & ((1u << drop) - 1u);
  uint half_unit = 1u << (drop - 1);
  bool up = lost > half_unit || (lost == half_unit && (rest != 0 || (whole & 1u) == 1u));
  uint bits = (uint(max(e, 1) - 1) << 23) + whole + (up ? 1u : 0u);
  return special(sign_bit | min(bits, 0x7f800000u));
}`,
  divide_special: `float divide_special(uint sign_bit, uint x, uint y) {
  uint infinite = 0x7f800000u;
  if (max(x, y) > infinite || (x == y && (x == 0u || x == infinite))) { return special(0x7fc00000u); }
  return special(sign_bit | (x == infinite || y == 0u ? infinite : 0u));
}`,
  // The same with squares.
  square_root: `float square_root(float a) {
  uint x = floatBitsToUint(a);
  if (x == 0u || x == 0x80000000u || x == 0x7f800000u) { return a; }
  if (x > 0x7f800000u) { return special(0x7fc00000u); }
  int e = exponent_of(x) - 150;
  int shift = (e & 1) != 0 ? 25 : 26;
  uint n = mantissa_of(x);
  uint s = uint(sqrt(float(n) * (shift == 25 ? 33554432.0 : 67108864.0)));
  int rest = int((n << shift) - s * s);
  while (rest < 0) {
    s -= 1u;
    rest += int(2u * s + 1u);
  }
  while (rest > int(2u * s)) {
    rest -= int(2u * s + 1u);
    s += 1u;
  }
  int scale = (e - shift) / 2 + 150;
  return special((uint(scale) << 23) + (s >> 1) + (s & 1u));
}`,
  // Of a finite number other than zero: 24 bits, and the exponent that goes with them.
  mantissa_of: `uint mantissa_of(uint x) {
  if (x >= 0x800000u) { return (x & 0x7fffffu) | 0x800000u; }
  return x << (leading_zeros(x) - 8);
}`,
  exponent_of: `int exponent_of(uint x) {
  if (x >= 0x800000u) { return int(x >> 23); }
  return 9 - leading_zeros(x);
}`,
  absolute: "int absolute(int x) { return x < 0 ? 0 - x : x; }",
  divide_int: `int divide_int(int a, int b) {
  if (b == 0) { return 0; }
  if (b == -1) { return 0 - a; }
  return a / b;
}`,
  divide_uint: "uint divide_uint(uint a, uint b) { return b == 0u ? 0u : a / b; }",
  remainder_int: "int remainder_int(int a, int b) { return b == 0 ? 0 : a - divide_int(a, b) * b; }",
  remainder_uint: "uint remainder_uint(uint a, uint b) { return b == 0u ? 0u : a % b; }",
  floor_divide: `int floor_divide(int a, int b) {
  if (b == 0) { return 0; }
  int quotient = divide_int(a, b);
  bool below = quotient * b != a && ((a < 0) != (b < 0));
  return below ? quotient - 1 : quotient;
}`,
  // JavaScript's ToInt32. Beyond 2^31 the bits of the whole number are the mantissa, shifted; the upper ones fall off.
  to_int: `int to_int(float x) {
  uint bits = floatBitsToUint(x);
  uint power = (bits >> 23) & 255u;
  if (power < 158u) { return int(x); }
  if (power > 181u) { return 0; }
  int whole = int(((bits & 0x7fffffu) | 0x800000u) << (power - 150u));
  return (bits >> 31) != 0u ? 0 - whole : whole;
}`,
  // To the nearest float, ties to even: GLSL ES leaves the direction open where a float has too few bits.
  from_uint: `float from_uint(uint x) {
  if (x < 0x1000000u) { return float(x); }
  int drop = 8 - leading_zeros(x);
  uint whole = x >> drop;
  uint lost = x & ((1u << drop) - 1u);
  uint half_unit = 1u << (drop - 1);
  if (lost > half_unit || (lost == half_unit && (whole & 1u) == 1u)) { whole += 1u; }
  return float(whole) * float(1u << drop);
}`,
  from_int: "float from_int(int x) { return x < 0 ? -from_uint(uint(0 - x)) : from_uint(uint(x)); }",
  // Toward −∞, +∞ and zero, with the sign of zero that the number has.
  rounded_down: `float rounded_down(float x) {
  if ((floatBitsToUint(x) & 0x7fffffffu) >= 0x4b000000u) { return x; }
  return with_sign(floor(x), x);
}`,
  rounded_up: `float rounded_up(float x) {
  if ((floatBitsToUint(x) & 0x7fffffffu) >= 0x4b000000u) { return x; }
  return with_sign(ceil(x), x);
}`,
  truncated: `float truncated(float x) {
  if ((floatBitsToUint(x) & 0x7fffffffu) >= 0x4b000000u) { return x; }
  return with_sign(trunc(x), x);
}`,
  with_sign: `float with_sign(float x, float sign_of) {
  return uintBitsToFloat(floatBitsToUint(x) | (floatBitsToUint(sign_of) & 0x80000000u));
}`,
  // Half up.
  round_half_up: `float round_half_up(float x) {
  if ((floatBitsToUint(x) & 0x7fffffffu) >= 0x4b000000u) { return x; }
  float below = floor(x);
  return with_sign(x - below >= 0.5 ? below + 1.0 : below, x);
}`,
  // Long division of the mantissas, eight bits a step: exact for all numbers.
  remainder: `float remainder(float a, float b) {
  uint sign_bit = floatBitsToUint(a) & 0x80000000u;
  uint x = floatBitsToUint(a) & 0x7fffffffu;
  uint y = floatBitsToUint(b) & 0x7fffffffu;
  if (x >= 0x7f800000u || y > 0x7f800000u || y == 0u) { return special(0x7fc00000u); }
  if (x < y) { return a; }
  uint places = max(y >> 23, 1u);
  uint steps = max(x >> 23, 1u) - places;
  uint divisor = y < 0x800000u ? y : (y & 0x7fffffu) | 0x800000u;
  uint rest = (x < 0x800000u ? x : (x & 0x7fffffu) | 0x800000u) % divisor;
  while (steps >= 8u) {
    rest = (rest << 8) % divisor;
    steps -= 8u;
  }
  rest = (rest << steps) % divisor;
  if (rest == 0u) { return special(sign_bit); }
  uint up = min(uint(leading_zeros(rest)) - 8u, places - 1u);
  uint whole = rest << up;
  uint power = whole >= 0x800000u ? places - up : 0u;
  return special(sign_bit | (power << 23) | (whole & 0x7fffffu));
}`,
} as const;

const uses: Partial<Record<OperationName, readonly OperationName[]>> = {
  least: ["is_number", "order"],
  greatest: ["is_number", "order"],
  remainder: ["special", "leading_zeros"],
  divide: ["special", "mantissa_of", "exponent_of", "divide_special"],
  divide_special: ["special"],
  square_root: ["special", "mantissa_of", "exponent_of"],
  mantissa_of: ["leading_zeros"],
  exponent_of: ["leading_zeros"],
  remainder_int: ["divide_int"],
  floor_divide: ["divide_int"],
  from_uint: ["leading_zeros"],
  from_int: ["from_uint"],
  rounded_down: ["with_sign"],
  rounded_up: ["with_sign"],
  truncated: ["with_sign"],
  round_half_up: ["with_sign"],
};

/** The function behind a name. */
export function operation(name: OperationName): Operation<OperationName> {
  return { uses: uses[name] ?? [], text: texts[name] };
}
