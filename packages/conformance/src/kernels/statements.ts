// Every statement of the language, at least once, as functions of two small whole numbers that stay small and never negative:
// what they give is exact in every type, so that JavaScript itself says what it has to be.
// biome-ignore-all lint: each construct of the language is here on purpose

import type { ElementFunction } from "./operators.js";

/** Statements by name. */
export const statements: Readonly<Record<string, ElementFunction>> = {
  "let and const": (a, b) => {
    const sum = a + b;
    let twice = sum;
    twice = twice + sum;
    return twice;
  },
  "several declarations in one": (a, b) => {
    let x = a,
      y = b + 1;
    const z = x;
    x = y;
    y = z;
    return x * 10 + y;
  },
  "let without a value": (a, b) => {
    let x: number;
    if (a > b) x = a;
    else x = b;
    return x;
  },
  var: (a, b) => {
    var x = a;
    if (b > 2) {
      var x = b;
    }
    return x;
  },
  shadowing: (a, b) => {
    let x = a;
    {
      let x = b;
      x += 1;
      if (x > 3) x = 3;
    }
    x += 2;
    return x;
  },
  "compound assignments": (a, b) => {
    let x = a + 20;
    x += b;
    x -= 1;
    x *= 2;
    x %= 17;
    return x;
  },
  "compound assignments of bits": (a, b) => {
    let x = a | 0;
    x |= 8;
    x &= 14;
    x ^= b;
    x <<= 2;
    x >>= 1;
    x >>>= 1;
    return x;
  },
  "assignment as a value": (a, b) => {
    let x = 0;
    let y = 0;
    x = y = a + b;
    const z = (x += 2) + y;
    return z * 2 + x;
  },
  "++ and --": (a, b) => {
    let x = a + 5;
    let y = b;
    const before = x++ * 2;
    const after = --y + 9;
    ++x;
    x--;
    return before + after + x;
  },
  "if without else": (a, b) => {
    let x = a;
    if (a < b) x = b;
    return x;
  },
  "if, else if, else": (a, b) => {
    if (a > b) return 1;
    else if (a === b) {
      return 2;
    } else return 3;
  },
  "if on a number": (a, b) => {
    if (a) return b + 1;
    return 0;
  },
  for: (a, b) => {
    let sum = 0;
    for (let i = 0; i < 5; i++) sum += a * i + b;
    return sum;
  },
  "for with a bound that differs": (a, b) => {
    let sum = 0;
    for (let i = 0; i < a; i++) {
      for (let j = i; j <= b; j++) sum += 1;
    }
    return sum;
  },
  "for that counts down by two": (a, b) => {
    let sum = b;
    for (let i = 9; i > a; i -= 2) sum += i;
    return sum;
  },
  "for without parts": (a, b) => {
    let i = 0;
    for (;;) {
      if (i >= a + b) break;
      i += 3;
    }
    return i;
  },
  "for with two variables": (a, b) => {
    let sum = 0;
    for (let i = 0, j = 10; i < j; i++, j--) sum += a + b + j;
    return sum;
  },
  while: (a, b) => {
    let x = a;
    let steps = 0;
    while (x < 40) {
      x = x * 2 + 1 + b;
      steps++;
    }
    return steps * 100 + (x - 40);
  },
  "do while": (a, b) => {
    let x = a;
    do x += 3;
    while (x < b);
    return x;
  },
  "continue in do while": (a, b) => {
    let x = 0;
    let sum = 0;
    do {
      x++;
      if (x === a) continue;
      sum += x;
    } while (x < b);
    return sum;
  },
  "break and continue": (a, b) => {
    let sum = 0;
    for (let i = 0; i < 10; i++) {
      if (i === a) continue;
      if (i > b + 2) break;
      sum += i;
    }
    return sum;
  },
  labels: (a, b) => {
    let sum = 0;
    rows: for (let i = 0; i < 4; i++) {
      for (let j = 0; j < 4; j++) {
        if (j > b) continue rows;
        if (i * j > a) break rows;
        sum += 1 + j;
      }
      sum += 10;
    }
    return sum;
  },
  "break out of a labelled block": (a, b) => {
    let x = 1;
    exit: {
      if (a > b) break exit;
      x = 2;
      if (a === b) break exit;
      x = 3;
    }
    return x;
  },
  "switch with break": (a, b) => {
    let x = 0;
    switch (a) {
      case 0:
        x = 5;
        break;
      case 1:
      case 2:
        x = b;
        break;
      default:
        x = 9;
    }
    return x;
  },
  "switch that falls through": (a, b) => {
    let x = b;
    switch (a | 0) {
      // @ts-expect-error: it falls through on purpose
      case 3:
        x += 100;
      // @ts-expect-error: so does this
      case 1:
        x += 10;
      case 2: {
        const y = x;
        x = y + 1;
        break;
      }
      case 5:
        x = 0;
    }
    return x;
  },
  "switch with default in the middle": (a, b) => {
    let x = 0;
    switch (a) {
      case 1:
        x += 1;
        break;
      // @ts-expect-error: it falls through on purpose
      default:
        x += 2;
      case 2:
        x += 4;
        break;
      case 4:
        x += 8;
    }
    return x + b;
  },
  "return out of a switch in a loop": (a, b) => {
    for (let i = 0; i < 5; i++) {
      switch (i) {
        case 1:
          continue;
        case 3:
          if (a > b) return i + 50;
          break;
        default:
          if (i === a) return i;
      }
    }
    return 99;
  },
  "early return": (a, b) => {
    if (a > 5) return a;
    for (let i = 0; i < 8; i++) {
      if (i * i > a + b) return i;
    }
    return 77;
  },
  "nested ?:": (a, b) => (a > 3 ? (b > 3 ? 1 : 2) : b > a ? 3 : 4),
  "the comma operator": (a, b) => {
    let x = a;
    const y = (x++, x + b);
    return y * 3 + x;
  },
  "&& that guards an assignment": (a, b) => {
    let x = a;
    a > b && (x = b + 7);
    a > 2 || (x += 1);
    return x;
  },
  "a function declared inside": (a, b) => {
    function weigh(x: number, y: number): number {
      if (x > y) return x * 2;
      return y * 3;
    }
    return weigh(a, b) + weigh(b, a);
  },
  "an arrow function inside": (a, b) => {
    const square = (x: number): number => x * x;
    const sum = (x: number, y: number): number => {
      const z = square(x);
      return z + square(y);
    };
    return sum(a, b) + square(2);
  },
  "a function inside that changes a variable outside": (a, b) => {
    let sum = a;
    const add = (x: number): void => {
      if (x > 4) return;
      sum += x;
    };
    for (let i = 0; i < 6; i++) add(i + b);
    return sum;
  },
  "a function with a loop, called in a loop": (a, b) => {
    const power = (base: number, exponent: number): number => {
      let result = 1;
      for (let i = 0; i < exponent; i++) result *= base;
      return result;
    };
    let sum = 0;
    for (let i = 0; i < 3; i++) sum += power(i + 1, 3) + (a < i ? b : a);
    return sum;
  },
  "empty statements and blocks": (a, b) => {
    let x = a;
    for (let i = 0; i < 3; i++) {}
    if (a > b) {
    } else x = b;
    return x;
  },
  "a bool in a variable": (a, b) => {
    let seen = false;
    for (let i = 0; i < 4; i++) {
      if (i === a) seen = true;
    }
    const both = seen && b > 1;
    return both ? 1 : seen ? 2 : 3;
  },
  "&&= and ||=": (a, b) => {
    let x = a;
    x &&= b + 1;
    x ||= 6;
    return x;
  },
};
