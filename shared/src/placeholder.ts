const WORDS =
  /change[-_ ]?(me|this|it)|replace[-_ ]?(me|this|it)|your[-_ ]?(secret|password|key)|placeholder/i
/** 32 random characters of any usual alphabet have more. */
const DISTINCT_LEAST = 6

/** What a copied example leaves behind: a request to change it, or the same few characters over and over. */
export const isPlaceholder = (value: string): boolean =>
  WORDS.test(value) || new Set(value).size < DISTINCT_LEAST
