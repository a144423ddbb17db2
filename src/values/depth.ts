/** Deepest nesting of a type or value that is read or written: far beyond any configuration, far below the stack's end. */
export const MAX_DEPTH = 256;
