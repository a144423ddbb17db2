/** Whether this process is the released executable. Bun has compiled it; from the sources, the provider runs on Node. */
export const isExecutable = process.versions["bun"] !== undefined;
