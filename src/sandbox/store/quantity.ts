const factors: Readonly<Record<string, number>> = {
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
};

/** Bytes of a memory quantity; NaN for an invalid one. */
export function bytesOf(quantity: string): number {
  const match = /^([0-9.]+(?:[eE][+-]?[0-9]+)?)([A-Za-z]*)$/.exec(quantity);
  return match ? Number(match[1]) * (match[2] ? (factors[match[2]] ?? Number.NaN) : 1) : Number.NaN;
}

/** Thousandths of a CPU. */
export function millicoresOf(quantity: string): number {
  return quantity.endsWith("m") ? Number(quantity.slice(0, -1)) : Number(quantity) * 1000;
}
