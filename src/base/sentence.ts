/** Returns the text without a period at its end, for the middle of a sentence. */
export const withoutPeriod = (text: string): string => text.replace(/\.$/, "");

/** Returns the text with an upper-case first letter. */
export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
