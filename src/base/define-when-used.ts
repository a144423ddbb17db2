/** Defines a property by what `define` returns at the property's first use. */
export function defineWhenUsed(target: object, name: string, define: () => unknown): void {
  Object.defineProperty(target, name, {
    configurable: true,
    enumerable: true,
    get: () => {
      const value = define();
      Object.defineProperty(target, name, { value });
      return value;
    },
  });
}
