/** Maximum nesting of a type or value when decoding and encoding: far above any configuration, far below a stack overflow. */
export const MAX_DEPTH = 256;
