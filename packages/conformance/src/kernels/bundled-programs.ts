// Programs of law K8 as they were grown, for pages that may not evaluate text. Written by scripts/bundle-programs.mjs: not to
// be edited.
// @ts-nocheck: what was grown has no types
// biome-ignore-all lint: nobody wrote this
// biome-ignore-all format: it stays as it was grown

/** A program in both languages. */
export interface BundledProgram {
  readonly seed: number;
  readonly fn: (thread: never, ...args: never[]) => void;
  readonly plain: (thread: never, ...args: never[]) => void;
}

const f = Math.fround;
const quotient = (a: number, b: number): number => (b === 0 ? 0 : Math.trunc(a / b) | 0);
const floorQuotient = (a: number, b: number): number => (b === 0 ? 0 : Math.floor(a / b) | 0);

/** See above. */
export const bundledPrograms: readonly BundledProgram[] = [
{ seed: 2,
fn: (thread, n, u, x, outA, outB, outC, outD, s) => {
  let a0 = n[thread.x], a1 = n[thread.x] >> 3, b0 = u[thread.x];
  let c0 = x[thread.x], c1 = x[n.length - 1 - thread.x], d0 = n[thread.x] > 5;
  const h0 = (a0, a1) => n.length;
  const h1 = (c0, c1) => c1;
  for (let k0 = 0; k0 < 4; k0++) {
    b0 += ((thread.x >>> 5) - Math.max(b0, b0));
    c1 = ((c0 + n[thread.x]) + n[thread.x]);
  }
  a0 += (n[a1 & 15] & (a1 | (s | 0)));
  c1 -= c1;
  if (((a1 / n[thread.x] + 0.5) === Math.min(c1, c1))) {
    a0 += (Math.floor(n[thread.x] / a0) * (thread.x >> 5));
    if (Number.isNaN((c1 + x[thread.x]))) {
      {
        let k8 = 0;
        do {
          k8++;
        if (((c0 + n[thread.x]) <= Math.sign(c1))) break;
        a0 ^= (((s >>> 0) + (s | 0)) & 3);
        a1 ^= (((thread.x > 3) === (thread.x > 1)) ? Math.min(k8, a0) : thread.x);
      } while ((((s | 0) % thread.x) < Math.max((s >>> 0), (s >>> 0))) && k8 < 5);
      }
      a0 = ((a0 >> a1) ^ Math.sign(a0));
    } else {
      c0 *= (x[a0] * (x[thread.x] + c0));
      c0 *= ((c0 * 6.5) / x[(s | 0)]);
    }
    {
      let k15 = 0;
      while ((((u[thread.x] & 1) & 4) === 0) && k15 < 5) {
        k15++;
      b0 = ((b0 * (s | 0)) >>> a0);
      a1 = (Math.trunc(a0 / n.length) + (a1 >> 1));
      {
        let k18 = 0;
        while (Number.isFinite((a0 * 0.25)) && k18 < 1) {
          k18++;
        outC[thread.x] = c0;
        c0 = (((s >>> 0) - u[thread.x]) - (c0 * s));
        c1 -= (d0 ? c0 : c1);
      }
      }
    }
    }
  } else {
    c1 *= ((x[thread.x] * n.length) + Math.sign(a0));
    c1 = Math.round(x[a0]);
    d0 = (c1 < c0);
  }
  a0 += ((n[thread.x] >> n[thread.x]) * a1);
  outA[thread.x] = a0 ^ a1;
  outB[thread.x] = b0;
  outC[thread.x] = c0;
  outD[thread.x] = d0 ? c1 : -c1;
},
plain: (thread, n, u, x, outA, outB, outC, outD, s) => {
  let a0 = n[thread.x], a1 = n[thread.x] >> 3, b0 = u[thread.x];
  let c0 = x[thread.x], c1 = x[n.length - 1 - thread.x], d0 = n[thread.x] > 5;
  const h0 = (a0, a1) => n.length;
  const h1 = (c0, c1) => c1;
  for (let k0 = 0; k0 < 4; k0++) {
    b0 = (b0 + (((thread.x >>> 5) - Math.max(b0, b0)) >>> 0)) >>> 0;
    c1 = f(f(c0 + f(n[thread.x])) + f(n[thread.x]));
  }
  a0 = (a0 + (n[a1 & 15] & (a1 | (s | 0)))) | 0;
  c1 = f(c1 - c1);
  if ((f(f(f(a1) / f(n[thread.x])) + 0.5) === Math.min(c1, c1))) {
    a0 = (a0 + Math.imul(floorQuotient(n[thread.x], a0), (thread.x >> 5))) | 0;
    if (Number.isNaN(f(c1 + x[thread.x]))) {
      {
        let k8 = 0;
        do {
          k8++;
        if ((f(c0 + f(n[thread.x])) <= Math.sign(c1))) break;
        a0 ^= ((((s >>> 0) + (s | 0)) >>> 0) & 3);
        a1 ^= (((thread.x > 3) === (thread.x > 1)) ? Math.min(k8, a0) : thread.x);
      } while (((((s | 0) % thread.x) | 0) < Math.max((s >>> 0), (s >>> 0))) && k8 < 5);
      }
      a0 = ((a0 >> a1) ^ (Math.sign(a0) | 0));
    } else {
      c0 = f(c0 * f((x[a0] ?? 0) * f(x[thread.x] + c0)));
      c0 = f(c0 * f(f(c0 * 6.5) / (x[(s | 0)] ?? 0)));
    }
    {
      let k15 = 0;
      while ((((u[thread.x] & 1) & 4) === 0) && k15 < 5) {
        k15++;
      b0 = ((Math.imul(b0, (s | 0)) >>> 0) >>> a0);
      a1 = ((quotient(a0, n.length) + (a1 >> 1)) | 0);
      {
        let k18 = 0;
        while (Number.isFinite(f(f(a0) * 0.25)) && k18 < 1) {
          k18++;
        outC[thread.x] = c0;
        c0 = f(f((((s >>> 0) - u[thread.x]) >>> 0)) - f(c0 * s));
        c1 = f(c1 - (d0 ? c0 : c1));
      }
      }
    }
    }
  } else {
    c1 = f(c1 * f(f(x[thread.x] * f(n.length)) + f((Math.sign(a0) | 0))));
    c1 = Math.round((x[a0] ?? 0));
    d0 = (c1 < c0);
  }
  a0 = (a0 + Math.imul((n[thread.x] >> n[thread.x]), a1)) | 0;
  outA[thread.x] = a0 ^ a1;
  outB[thread.x] = b0;
  outC[thread.x] = c0;
  outD[thread.x] = d0 ? c1 : -c1;
} },
{ seed: 4,
fn: (thread, n, u, x, outA, outB, outC, outD, s) => {
  let a0 = n[thread.x], a1 = n[thread.x] >> 3, b0 = u[thread.x];
  let c0 = x[thread.x], c1 = x[n.length - 1 - thread.x], d0 = n[thread.x] > 5;
  const h0 = (a0, a1) => (s | 0);
  const h1 = (c0, c1) => (-((thread.x > 2) ? c1 : x[thread.x]));
  b0 = (((s | 0) >>> 4) + (5 - a0));
  a0 = (s | 0);
  b0 = ((b0 + b0) - (b0 % b0));
  a1 += ((c1 >>> 0) | 0);
  c1 *= c0;
  if (((1 / x[thread.x]) <= (c1 % c1))) {
    c0 = c1;
    c0 = Math.abs((-c1));
  } else {
    {
      let k8 = 0;
      while ((((~~x[thread.x]) & 1) === 0) && k8 < 6) {
        k8++;
      a1 += Math.trunc(Math.floor(a1 / a0) / a1);
    }
    }
    for (let k10 = 0; k10 < 6; k10++) {
      if (!(k10 + a0)) {
        a0 = (((thread.x > 2) ? a0 : a0) + 5);
        if ((((s >>> 0) - (s >>> 0)) < (a0 >>> 2))) continue;
        if (((c0 * 1.5) < c1)) continue;
      }
      outA[thread.x] = (Math.trunc(c1) % 6);
      if (true) {
        a1++;
      }
    }
  }
  b0 = (Math.trunc((s >>> 0) / b0) - Math.max((s >>> 0), b0));
  outA[thread.x] = a0 ^ a1;
  outB[thread.x] = b0;
  outC[thread.x] = c0;
  outD[thread.x] = d0 ? c1 : -c1;
},
plain: (thread, n, u, x, outA, outB, outC, outD, s) => {
  let a0 = n[thread.x], a1 = n[thread.x] >> 3, b0 = u[thread.x];
  let c0 = x[thread.x], c1 = x[n.length - 1 - thread.x], d0 = n[thread.x] > 5;
  const h0 = (a0, a1) => (s | 0);
  const h1 = (c0, c1) => (-((thread.x > 2) ? c1 : x[thread.x]));
  b0 = ((((s | 0) >>> 4) + ((5 - a0) | 0)) >>> 0);
  a0 = (s | 0);
  b0 = ((((b0 + b0) >>> 0) - ((b0 % b0) >>> 0)) >>> 0);
  a1 = (a1 + ((c1 >>> 0) | 0)) | 0;
  c1 = f(c1 * c0);
  if ((f(1 / x[thread.x]) <= f(c1 % c1))) {
    c0 = c1;
    c0 = Math.abs((-c1));
  } else {
    {
      let k8 = 0;
      while ((((~~x[thread.x]) & 1) === 0) && k8 < 6) {
        k8++;
      a1 = (a1 + quotient(floorQuotient(a1, a0), a1)) | 0;
    }
    }
    for (let k10 = 0; k10 < 6; k10++) {
      if (!((k10 + a0) | 0)) {
        a0 = ((((thread.x > 2) ? a0 : a0) + 5) | 0);
        if (((((s >>> 0) - (s >>> 0)) >>> 0) < (a0 >>> 2))) continue;
        if ((f(c0 * 1.5) < c1)) continue;
      }
      outA[thread.x] = (((c1 | 0) % 6) | 0);
      if (true) {
        a1 = (a1 + 1) | 0;
      }
    }
  }
  b0 = (((quotient((s >>> 0), b0) >>> 0) - Math.max((s >>> 0), b0)) >>> 0);
  outA[thread.x] = a0 ^ a1;
  outB[thread.x] = b0;
  outC[thread.x] = c0;
  outD[thread.x] = d0 ? c1 : -c1;
} },
{ seed: 8,
fn: (thread, n, u, x, outA, outB, outC, outD, s) => {
  let a0 = n[thread.x], a1 = n[thread.x] >> 3, b0 = u[thread.x];
  let c0 = x[thread.x], c1 = x[n.length - 1 - thread.x], d0 = n[thread.x] > 5;
  const h0 = (a0, a1) => Math.trunc(c0);
  const h1 = (c0, c1) => Math.floor((c1 + 5));
  a1++;
  if ((true && Number.isNaN(c0))) {
    c0 *= (Math.floor(c1) % Math.sign(c0));
    a1 += thread.x;
  } else {
    b0 = Math.max(Math.min(u[thread.x], u[thread.x]), (s >>> 0));
  }
  if ((Math.abs(a1) === (a1 >> a1))) {
    {
      let k6 = 0;
      while (((u[thread.x] & 2) < ((thread.x > 5) ? b0 : (s >>> 0))) && k6 < 1) {
        k6++;
      outC[thread.x] = Math.sign((1 / x[thread.x]));
      a1 = Math.min(n[thread.x], ((s >>> 0) & 5));
    }
    }
  } else {
    b0 = ((b0 >>> a0) - ((s >>> 0) >>> n[thread.x]));
  }
  c1 *= ((a1 % 2) / Math.imul(thread.x, a1) + 0.5);
  outA[thread.x] = a0 ^ a1;
  outB[thread.x] = b0;
  outC[thread.x] = c0;
  outD[thread.x] = d0 ? c1 : -c1;
},
plain: (thread, n, u, x, outA, outB, outC, outD, s) => {
  let a0 = n[thread.x], a1 = n[thread.x] >> 3, b0 = u[thread.x];
  let c0 = x[thread.x], c1 = x[n.length - 1 - thread.x], d0 = n[thread.x] > 5;
  const h0 = (a0, a1) => (c0 | 0);
  const h1 = (c0, c1) => Math.floor(f(c1 + 5));
  a1 = (a1 + 1) | 0;
  if ((true && Number.isNaN(c0))) {
    c0 = f(c0 * f(Math.floor(c1) % Math.sign(c0)));
    a1 = (a1 + thread.x) | 0;
  } else {
    b0 = Math.max(Math.min(u[thread.x], u[thread.x]), (s >>> 0));
  }
  if (((Math.abs(a1) | 0) === (a1 >> a1))) {
    {
      let k6 = 0;
      while (((u[thread.x] & 2) < ((thread.x > 5) ? b0 : (s >>> 0))) && k6 < 1) {
        k6++;
      outC[thread.x] = Math.sign(f(1 / x[thread.x]));
      a1 = Math.min(n[thread.x], ((s >>> 0) & 5));
    }
    }
  } else {
    b0 = (((b0 >>> a0) - ((s >>> 0) >>> n[thread.x])) >>> 0);
  }
  c1 = f(c1 * f(f(f(((a1 % 2) | 0)) / f(Math.imul(thread.x, a1))) + 0.5));
  outA[thread.x] = a0 ^ a1;
  outB[thread.x] = b0;
  outC[thread.x] = c0;
  outD[thread.x] = d0 ? c1 : -c1;
} },
{ seed: 12,
fn: (thread, n, u, x, outA, outB, outC, outD, s) => {
  let a0 = n[thread.x], a1 = n[thread.x] >> 3, b0 = u[thread.x];
  let c0 = x[thread.x], c1 = x[n.length - 1 - thread.x], d0 = n[thread.x] > 5;
  const h0 = (a0, a1) => ((u[thread.x] & 5) + s);
  const h1 = (c0, c1) => x[a0];
  c0 *= ((thread.x > 5) ? x[a0 & 15] : (a1 / n.length + 0.5));
  a1 ^= Math.imul(n[n.length & 15], ((a0 / a1) | 0));
  a0 = (Math.min(a1, n.length) + s);
  if (((c1 % c1) !== (c1 % c1))) {
    a1 += (((a1 / n[thread.x]) | 0) & n[a1 & 15]);
    c0 *= (Math.floor(c1) * a0);
  } else {
    switch ((~~(x[thread.x] * s)) & 3) {
      case 0: {
      for (let k7 = 0; k7 < 5; k7++) {
        outC[thread.x] = c1;
      }
    }
      case 2: {
      d0 = ((thread.x * a1) < Math.min(n[thread.x], a1));
    
        break;
      }
      default: {
      c1 = Math.max(Math.round(c1), x[n.length]);
      switch (n.length & 3) {
        case 0: {
        if ((((thread.x > 6) ? a1 : a0) < u[thread.x])) {
          outA[thread.x] = a0;
          return;
        }
        a1 = ((n[thread.x] / a0 + 0.5) | 0);
        c0 = (Math.sign(c0) * (2 - a1));
      }
        case 2: {
        a1 *= Math.abs(n[thread.x]);
      
          break;
        }
        default: {
        c0 = (n.length * 0.25);
        a1++;
      }
      }
    }
    }
    a1++;
    if (((u[thread.x] & 5) < a1)) {
      c1 -= (x[thread.x] + Math.max(c1, c0));
    }
  }
  b0 += ((s >>> 0) % b0);
  outA[thread.x] = n.length;
  b0 = u[Math.imul(thread.x, a0)];
  if (true) {
    a1 = (((a1 + 3) / (s | 0)) | 0);
    a0 += (s | 0);
    {
      let k27 = 0;
      do {
        k27++;
      if ((Math.min(n.length, a1) < (a1 % 4))) {
        b0 = (Math.min(u[thread.x], u[thread.x]) + (a0 * a1));
      } else {
        b0 = ((b0 % u[thread.x]) - Math.trunc(b0 / b0));
      }
      a0 ^= ((c0 | 0) + (-n[thread.x]));
      a1 += (5 - thread.x);
    } while ((n.length === thread.x) && k27 < 6);
    }
  }
  outA[thread.x] = a0 ^ a1;
  outB[thread.x] = b0;
  outC[thread.x] = c0;
  outD[thread.x] = d0 ? c1 : -c1;
},
plain: (thread, n, u, x, outA, outB, outC, outD, s) => {
  let a0 = n[thread.x], a1 = n[thread.x] >> 3, b0 = u[thread.x];
  let c0 = x[thread.x], c1 = x[n.length - 1 - thread.x], d0 = n[thread.x] > 5;
  const h0 = (a0, a1) => (((u[thread.x] & 5) + s) | 0);
  const h1 = (c0, c1) => (x[a0] ?? 0);
  c0 = f(c0 * ((thread.x > 5) ? x[a0 & 15] : f(f(f(a1) / f(n.length)) + 0.5)));
  a1 ^= Math.imul(n[n.length & 15], quotient(a0, a1));
  a0 = ((Math.min(a1, n.length) + s) | 0);
  if ((f(c1 % c1) !== f(c1 % c1))) {
    a1 = (a1 + (quotient(a1, n[thread.x]) & n[a1 & 15])) | 0;
    c0 = f(c0 * f(Math.floor(c1) * f(a0)));
  } else {
    switch ((~~f(x[thread.x] * s)) & 3) {
      case 0: {
      for (let k7 = 0; k7 < 5; k7++) {
        outC[thread.x] = c1;
      }
    }
      case 2: {
      d0 = (Math.imul(thread.x, a1) < Math.min(n[thread.x], a1));
    
        break;
      }
      default: {
      c1 = Math.max(Math.round(c1), (x[n.length] ?? 0));
      switch (n.length & 3) {
        case 0: {
        if ((((thread.x > 6) ? a1 : a0) < u[thread.x])) {
          outA[thread.x] = a0;
          return;
        }
        a1 = (f(f(f(n[thread.x]) / f(a0)) + 0.5) | 0);
        c0 = f(Math.sign(c0) * f(((2 - a1) | 0)));
      }
        case 2: {
        a1 = Math.imul(a1, (Math.abs(n[thread.x]) | 0));
      
          break;
        }
        default: {
        c0 = f(f(n.length) * 0.25);
        a1 = (a1 + 1) | 0;
      }
      }
    }
    }
    a1 = (a1 + 1) | 0;
    if (((u[thread.x] & 5) < a1)) {
      c1 = f(c1 - f(x[thread.x] + Math.max(c1, c0)));
    }
  }
  b0 = (b0 + (((s >>> 0) % b0) >>> 0)) >>> 0;
  outA[thread.x] = n.length;
  b0 = (u[Math.imul(thread.x, a0)] ?? 0);
  if (true) {
    a1 = quotient(((a1 + 3) | 0), (s | 0));
    a0 = (a0 + (s | 0)) | 0;
    {
      let k27 = 0;
      do {
        k27++;
      if ((Math.min(n.length, a1) < ((a1 % 4) | 0))) {
        b0 = ((Math.min(u[thread.x], u[thread.x]) + Math.imul(a0, a1)) >>> 0);
      } else {
        b0 = ((((b0 % u[thread.x]) >>> 0) - (quotient(b0, b0) >>> 0)) >>> 0);
      }
      a0 ^= (((c0 | 0) + (-n[thread.x] | 0)) | 0);
      a1 = (a1 + ((5 - thread.x) | 0)) | 0;
    } while ((n.length === thread.x) && k27 < 6);
    }
  }
  outA[thread.x] = a0 ^ a1;
  outB[thread.x] = b0;
  outC[thread.x] = c0;
  outD[thread.x] = d0 ? c1 : -c1;
} },
{ seed: 19,
fn: (thread, n, u, x, outA, outB, outC, outD, s) => {
  let a0 = n[thread.x], a1 = n[thread.x] >> 3, b0 = u[thread.x];
  let c0 = x[thread.x], c1 = x[n.length - 1 - thread.x], d0 = n[thread.x] > 5;
  const h0 = (a0, a1) => ((a0 >>> 0) & 6);
  const h1 = (c0, c1) => Math.ceil(Math.abs(x[thread.x]));
  if ((thread.x >= (a1 >> 3))) {
    c0 = ((c1 * s) * s);
  } else {
    c0 = ((5 - a1) / Math.min(thread.x, thread.x) + 0.5);
    a0 *= ((b0 >>> n[thread.x]) & 4);
    a1 = (s | 0);
  }
  a0 ^= Math.trunc((c1 + a1));
  a0 = Math.trunc(Math.sign(n[thread.x]) / Math.max((s | 0), a0));
  a0 *= ((s | 0) | a0);
  outA[thread.x] = (-(n[thread.x] + 1));
  switch ((thread.x << (b0 & 3)) & 3) {
    case 0: {
    b0 = b0;
    a1 ^= Math.sign((n.length % a1));
  }
    case 2: {
    c0 *= Math.round((c1 / x[thread.x]));
    for (let k13 = 0; k13 < 6; k13++) {
      if ((((thread.x > 2) === d0) === (x[thread.x] !== x[thread.x]))) {
        outA[thread.x] = n[thread.x];
        return;
      }
      a0 ^= Math.clz32(Math.trunc(c0));
    }
  
      break;
    }
    default: {
    b0 += ((c0 | 0) >>> 4);
    if (d0) {
      c1 -= (h1(c1, c0) + Math.min(c0, c0));
      if ((n[a0 & 15] === (b0 - (s >>> 0)))) {
        a1 += (((n.length / a0) | 0) - n[thread.x]);
        if (((c1 + 2) !== (c1 + 2))) {
          outA[thread.x] = ((a1 ^ thread.x) - (-n.length));
          return;
        }
        a1 = (Math.trunc(c1) ^ a1);
      }
    }
    switch ((Math.abs(a1) % 3) & 3) {
      case 0: {
      a0 = Math.trunc(Math.min(c0, c0));
    }
      case 2: {
      a0 ^= Math.min((a0 + s), (a0 | thread.x));
    
        break;
      }
      default: {
      c0 -= x[h0(a1, a1)];
    }
    }
  }
  }
  c1 -= c1;
  if ((((a0 | a1) & 1) === 0)) {
    a0 += ((a1 % 3) & (~~c1));
    if ((Math.trunc((s >>> 0) / (s >>> 0)) !== b0)) {
      outA[thread.x] = (d0 ? (thread.x >> a0) : (s | 0));
      return;
    }
  }
  outA[thread.x] = a0 ^ a1;
  outB[thread.x] = b0;
  outC[thread.x] = c0;
  outD[thread.x] = d0 ? c1 : -c1;
},
plain: (thread, n, u, x, outA, outB, outC, outD, s) => {
  let a0 = n[thread.x], a1 = n[thread.x] >> 3, b0 = u[thread.x];
  let c0 = x[thread.x], c1 = x[n.length - 1 - thread.x], d0 = n[thread.x] > 5;
  const h0 = (a0, a1) => ((a0 >>> 0) & 6);
  const h1 = (c0, c1) => Math.ceil(Math.abs(x[thread.x]));
  if ((thread.x >= (a1 >> 3))) {
    c0 = f(f(c1 * s) * s);
  } else {
    c0 = f(f(f(((5 - a1) | 0)) / f(Math.min(thread.x, thread.x))) + 0.5);
    a0 = Math.imul(a0, ((b0 >>> n[thread.x]) & 4));
    a1 = (s | 0);
  }
  a0 ^= (f(c1 + f(a1)) | 0);
  a0 = quotient((Math.sign(n[thread.x]) | 0), Math.max((s | 0), a0));
  a0 = Math.imul(a0, ((s | 0) | a0));
  outA[thread.x] = (-((n[thread.x] + 1) | 0) | 0);
  switch ((thread.x << (b0 & 3)) & 3) {
    case 0: {
    b0 = b0;
    a1 ^= (Math.sign(((n.length % a1) | 0)) | 0);
  }
    case 2: {
    c0 = f(c0 * Math.round(f(c1 / x[thread.x])));
    for (let k13 = 0; k13 < 6; k13++) {
      if ((((thread.x > 2) === d0) === (x[thread.x] !== x[thread.x]))) {
        outA[thread.x] = n[thread.x];
        return;
      }
      a0 ^= Math.clz32((c0 | 0));
    }
  
      break;
    }
    default: {
    b0 = (b0 + ((c0 | 0) >>> 4)) >>> 0;
    if (d0) {
      c1 = f(c1 - f(h1(c1, c0) + Math.min(c0, c0)));
      if ((n[a0 & 15] === ((b0 - (s >>> 0)) >>> 0))) {
        a1 = (a1 + ((quotient(n.length, a0) - n[thread.x]) | 0)) | 0;
        if ((f(c1 + 2) !== f(c1 + 2))) {
          outA[thread.x] = (((a1 ^ thread.x) - (-n.length | 0)) | 0);
          return;
        }
        a1 = ((c1 | 0) ^ a1);
      }
    }
    switch ((((Math.abs(a1) | 0) % 3) | 0) & 3) {
      case 0: {
      a0 = (Math.min(c0, c0) | 0);
    }
      case 2: {
      a0 ^= Math.min(((a0 + s) | 0), (a0 | thread.x));
    
        break;
      }
      default: {
      c0 = f(c0 - (x[h0(a1, a1)] ?? 0));
    }
    }
  }
  }
  c1 = f(c1 - c1);
  if ((((a0 | a1) & 1) === 0)) {
    a0 = (a0 + (((a1 % 3) | 0) & (~~c1))) | 0;
    if (((quotient((s >>> 0), (s >>> 0)) >>> 0) !== b0)) {
      outA[thread.x] = (d0 ? (thread.x >> a0) : (s | 0));
      return;
    }
  }
  outA[thread.x] = a0 ^ a1;
  outB[thread.x] = b0;
  outC[thread.x] = c0;
  outD[thread.x] = d0 ? c1 : -c1;
} },
{ seed: 26,
fn: (thread, n, u, x, outA, outB, outC, outD, s) => {
  let a0 = n[thread.x], a1 = n[thread.x] >> 3, b0 = u[thread.x];
  let c0 = x[thread.x], c1 = x[n.length - 1 - thread.x], d0 = n[thread.x] > 5;
  const h0 = (a0, a1) => (n.length % 4);
  const h1 = (c0, c1) => (b0 - c0);
  for (let k0 = 0; k0 < 4; k0++) {
    c1 -= (n[a1] / a1 + 0.5);
    c0 = (((s | 0) * 0.25) / Math.floor(c0));
  }
  for (let k3 = (~(b0 & 5)) & 7; k3 > 0; k3 -= 2) {
    d0 = !(n[thread.x] === b0);
    if (((Math.imul(k3, n[thread.x]) & 4) === 0)) {
      a0 += Math.abs(n[n[thread.x]]);
      b0 = (!thread.x ? u[a1] : (b0 + n[thread.x]));
      {
        let k8 = 0;
        while (Number.isNaN((1 / x[thread.x])) && k8 < 3) {
          k8++;
        c1 -= Math.max((u[thread.x] - c0), (c1 * s));
        a0 += ((u[thread.x] % b0) & 6);
      }
      }
    }
    c1 = Math.sign(Math.round(x[thread.x]));
  }
  switch (((b0 !== b0) ? n.length : ((s | 0) & a1)) & 3) {
    case 0: {
    b0 += ((a1 > 4) ? ((s >>> 0) + thread.x) : u[(s | 0)]);
    if (d0) {
      c1 *= x[(a1 - n[thread.x])];
      c1 = c0;
    }
  }
    case 2: {
    a1 += ((b0 * u[thread.x]) & 4);
  
      break;
    }
    default: {
    a1 += Math.abs((~a0));
    a1 += (((a0 / a0) | 0) % (true ? (s | 0) : n[thread.x]));
  }
  }
  a0 *= (((-n[thread.x]) / ((thread.x / n.length) | 0)) | 0);
  a1 *= ((5 - thread.x) >> (d0 ? a0 : a0));
  c1 -= h1(x[a1 & 15], (b0 - x[thread.x]));
  for (let k23 = 0; k23 < 1; k23++) {
    c0 -= (c0 * a1);
  }
  {
    let k25 = 0;
    while (Number.isFinite(Math.ceil(c1)) && k25 < 6) {
      k25++;
    switch (((-k25) % Math.imul(k25, a0)) & 3) {
      case 0: {
      outC[thread.x] = Math.sqrt(x[k25]);
      c0 -= Math.sign((c1 % x[thread.x]));
      c1 = (u[thread.x] - (thread.x / (s | 0) + 0.5));
    }
      case 2: {
      switch (n[(thread.x >> 1) & 15] & 3) {
        case 0: {
        a0 *= n[a1];
        if ((c0 === (c0 * s))) continue;
      }
        case 2: {
        if ((Math.max(x[thread.x], c0) !== Math.max(x[thread.x], c0))) break;
        a1 = a0;
        a0 ^= Math.imul((n.length + 3), (a0 * 4));
      
          break;
        }
        default: {
        a0 *= (((s >>> 0) < (s >>> 0)) ? (~~c1) : (a1 - (s | 0)));
      }
      }
    
        break;
      }
      default: {
      c1 *= (Math.floor(c0) * (c1 * x[thread.x]));
    }
    }
    b0 = (Math.trunc(u[thread.x] / (s >>> 0)) % (a1 >>> 0));
    c1 = (c0 - (c0 * c1));
  }
  }
  outA[thread.x] = a0 ^ a1;
  outB[thread.x] = b0;
  outC[thread.x] = c0;
  outD[thread.x] = d0 ? c1 : -c1;
},
plain: (thread, n, u, x, outA, outB, outC, outD, s) => {
  let a0 = n[thread.x], a1 = n[thread.x] >> 3, b0 = u[thread.x];
  let c0 = x[thread.x], c1 = x[n.length - 1 - thread.x], d0 = n[thread.x] > 5;
  const h0 = (a0, a1) => ((n.length % 4) | 0);
  const h1 = (c0, c1) => f(f(b0) - c0);
  for (let k0 = 0; k0 < 4; k0++) {
    c1 = f(c1 - f(f(f((n[a1] ?? 0)) / f(a1)) + 0.5));
    c0 = f(f(f((s | 0)) * 0.25) / Math.floor(c0));
  }
  for (let k3 = (~(b0 & 5)) & 7; k3 > 0; k3 -= 2) {
    d0 = !(n[thread.x] === b0);
    if (((Math.imul(k3, n[thread.x]) & 4) === 0)) {
      a0 = (a0 + (Math.abs((n[n[thread.x]] ?? 0)) | 0)) | 0;
      b0 = (!thread.x ? (u[a1] ?? 0) : ((b0 + n[thread.x]) >>> 0));
      {
        let k8 = 0;
        while (Number.isNaN(f(1 / x[thread.x])) && k8 < 3) {
          k8++;
        c1 = f(c1 - Math.max(f(f(u[thread.x]) - c0), f(c1 * s)));
        a0 = (a0 + (((u[thread.x] % b0) >>> 0) & 6)) | 0;
      }
      }
    }
    c1 = Math.sign(Math.round(x[thread.x]));
  }
  switch (((b0 !== b0) ? n.length : ((s | 0) & a1)) & 3) {
    case 0: {
    b0 = (b0 + ((a1 > 4) ? (((s >>> 0) + thread.x) >>> 0) : (u[(s | 0)] ?? 0))) >>> 0;
    if (d0) {
      c1 = f(c1 * (x[((a1 - n[thread.x]) | 0)] ?? 0));
      c1 = c0;
    }
  }
    case 2: {
    a1 = (a1 + ((Math.imul(b0, u[thread.x]) >>> 0) & 4)) | 0;
  
      break;
    }
    default: {
    a1 = (a1 + (Math.abs((~a0)) | 0)) | 0;
    a1 = (a1 + ((quotient(a0, a0) % (true ? (s | 0) : n[thread.x])) | 0)) | 0;
  }
  }
  a0 = Math.imul(a0, quotient((-n[thread.x] | 0), quotient(thread.x, n.length)));
  a1 = Math.imul(a1, (((5 - thread.x) | 0) >> (d0 ? a0 : a0)));
  c1 = f(c1 - h1(x[a1 & 15], f(f(b0) - x[thread.x])));
  for (let k23 = 0; k23 < 1; k23++) {
    c0 = f(c0 - f(c0 * f(a1)));
  }
  {
    let k25 = 0;
    while (Number.isFinite(Math.ceil(c1)) && k25 < 6) {
      k25++;
    switch ((((-k25 | 0) % Math.imul(k25, a0)) | 0) & 3) {
      case 0: {
      outC[thread.x] = f(Math.sqrt((x[k25] ?? 0)));
      c0 = f(c0 - Math.sign(f(c1 % x[thread.x])));
      c1 = f(f(u[thread.x]) - f(f(f(thread.x) / f((s | 0))) + 0.5));
    }
      case 2: {
      switch (n[(thread.x >> 1) & 15] & 3) {
        case 0: {
        a0 = Math.imul(a0, (n[a1] ?? 0));
        if ((c0 === f(c0 * s))) continue;
      }
        case 2: {
        if ((Math.max(x[thread.x], c0) !== Math.max(x[thread.x], c0))) break;
        a1 = a0;
        a0 ^= Math.imul(((n.length + 3) | 0), Math.imul(a0, 4));
      
          break;
        }
        default: {
        a0 = Math.imul(a0, (((s >>> 0) < (s >>> 0)) ? (~~c1) : ((a1 - (s | 0)) | 0)));
      }
      }
    
        break;
      }
      default: {
      c1 = f(c1 * f(Math.floor(c0) * f(c1 * x[thread.x])));
    }
    }
    b0 = (((quotient(u[thread.x], (s >>> 0)) >>> 0) % (a1 >>> 0)) >>> 0);
    c1 = f(c0 - f(c0 * c1));
  }
  }
  outA[thread.x] = a0 ^ a1;
  outB[thread.x] = b0;
  outC[thread.x] = c0;
  outD[thread.x] = d0 ? c1 : -c1;
} },
{ seed: 41,
fn: (thread, n, u, x, outA, outB, outC, outD, s) => {
  let a0 = n[thread.x], a1 = n[thread.x] >> 3, b0 = u[thread.x];
  let c0 = x[thread.x], c1 = x[n.length - 1 - thread.x], d0 = n[thread.x] > 5;
  const h0 = (a0, a1) => (Math.trunc((s | 0) / thread.x) | ((n.length / thread.x) | 0));
  const h1 = (c0, c1) => x[(n.length >> 1) & 15];
  b0 += Math.max(((s >>> 0) % u[thread.x]), (b0 * (s | 0)));
  b0 += ((c0 < c0) ? Math.max((s >>> 0), b0) : (b0 * u[thread.x]));
  c0 -= x[n[thread.x] & 15];
  a0 += (s | 0);
  c0 *= c0;
  d0 = (Math.max(c0, c0) <= Math.max(c0, c1));
  a0 *= Math.trunc(Math.sign(a0) / (thread.x * 3));
  a0 ^= (~~(1 / c1));
  {
    let k8 = 0;
    while (((a0 >>> 0) !== u[a1]) && k8 < 3) {
      k8++;
    a1++;
    c0 = x[(true ? n[thread.x] : k8)];
  }
  }
  outA[thread.x] = a0 ^ a1;
  outB[thread.x] = b0;
  outC[thread.x] = c0;
  outD[thread.x] = d0 ? c1 : -c1;
},
plain: (thread, n, u, x, outA, outB, outC, outD, s) => {
  let a0 = n[thread.x], a1 = n[thread.x] >> 3, b0 = u[thread.x];
  let c0 = x[thread.x], c1 = x[n.length - 1 - thread.x], d0 = n[thread.x] > 5;
  const h0 = (a0, a1) => (quotient((s | 0), thread.x) | quotient(n.length, thread.x));
  const h1 = (c0, c1) => x[(n.length >> 1) & 15];
  b0 = (b0 + Math.max((((s >>> 0) % u[thread.x]) >>> 0), (Math.imul(b0, (s | 0)) >>> 0))) >>> 0;
  b0 = (b0 + ((c0 < c0) ? Math.max((s >>> 0), b0) : (Math.imul(b0, u[thread.x]) >>> 0))) >>> 0;
  c0 = f(c0 - x[(n[thread.x] ?? 0) & 15]);
  a0 = (a0 + (s | 0)) | 0;
  c0 = f(c0 * c0);
  d0 = (Math.max(c0, c0) <= Math.max(c0, c1));
  a0 = Math.imul(a0, quotient((Math.sign(a0) | 0), Math.imul(thread.x, 3)));
  a0 ^= (~~f(1 / c1));
  {
    let k8 = 0;
    while (((a0 >>> 0) !== (u[a1] ?? 0)) && k8 < 3) {
      k8++;
    a1 = (a1 + 1) | 0;
    c0 = (x[(true ? n[thread.x] : k8)] ?? 0);
  }
  }
  outA[thread.x] = a0 ^ a1;
  outB[thread.x] = b0;
  outC[thread.x] = c0;
  outD[thread.x] = d0 ? c1 : -c1;
} },
{ seed: 54,
fn: (thread, n, u, x, outA, outB, outC, outD, s) => {
  let a0 = n[thread.x], a1 = n[thread.x] >> 3, b0 = u[thread.x];
  let c0 = x[thread.x], c1 = x[n.length - 1 - thread.x], d0 = n[thread.x] > 5;
  const h0 = (a0, a1) => (Math.trunc(n[thread.x] / a0) >> 6);
  const h1 = (c0, c1) => Math.sign((1 / c1));
  c0 -= Math.abs((a1 / n.length + 0.5));
  a1 = (Math.clz32(a1) + Math.min(n[thread.x], n[thread.x]));
  a0 ^= Math.abs((a1 - a1));
  a0++;
  c1 -= x[thread.x];
  a1++;
  if (Number.isFinite((c1 % c0))) {
    outA[thread.x] = ((true ? (s | 0) : n[thread.x]) - Math.trunc(c1));
    return;
  }
  a1 += (Math.max(b0, b0) | 0);
  outA[thread.x] = a0 ^ a1;
  outB[thread.x] = b0;
  outC[thread.x] = c0;
  outD[thread.x] = d0 ? c1 : -c1;
},
plain: (thread, n, u, x, outA, outB, outC, outD, s) => {
  let a0 = n[thread.x], a1 = n[thread.x] >> 3, b0 = u[thread.x];
  let c0 = x[thread.x], c1 = x[n.length - 1 - thread.x], d0 = n[thread.x] > 5;
  const h0 = (a0, a1) => (quotient(n[thread.x], a0) >> 6);
  const h1 = (c0, c1) => Math.sign(f(1 / c1));
  c0 = f(c0 - Math.abs(f(f(f(a1) / f(n.length)) + 0.5)));
  a1 = ((Math.clz32(a1) + Math.min(n[thread.x], n[thread.x])) | 0);
  a0 ^= (Math.abs(((a1 - a1) | 0)) | 0);
  a0 = (a0 + 1) | 0;
  c1 = f(c1 - x[thread.x]);
  a1 = (a1 + 1) | 0;
  if (Number.isFinite(f(c1 % c0))) {
    outA[thread.x] = (((true ? (s | 0) : n[thread.x]) - (c1 | 0)) | 0);
    return;
  }
  a1 = (a1 + (Math.max(b0, b0) | 0)) | 0;
  outA[thread.x] = a0 ^ a1;
  outB[thread.x] = b0;
  outC[thread.x] = c0;
  outD[thread.x] = d0 ? c1 : -c1;
} },
];
