import { redact } from "../../base/redact.ts";

/** Words of a key that stand for a secret. */
const secretWords = new Set([
  ..."password passwords passwd passphrase pwd secret secrets token tokens credential credentials apikey".split(" "),
  ..."htpasswd kubeconfig bearer psk salt dsn authkey privatekey secretkey accesskey pat".split(" "),
]);

/** Pairs of words that stand for a secret. */
const secretPairs = new Set([
  ..."api key,private key,access key,secret key,signing key,encryption key,auth key,client key".split(","),
  ..."account key,shared key,license key,tls key,webhook url,connection string,string data".split(","),
]);

/** Last words of a key that refers to a secret, or tells about it, in place of holding it. */
const referringWords = new Set([
  ..."name names ref refs namespace file path dir mount enabled enable create type kind ttl expiration".split(" "),
  ..."expiry length rotation interval policy provider class labels annotations version url issuer audience".split(" "),
  ..."existing template store selector id ids size count required mode format algorithm".split(" "),
]);

/** Returns the words of a key: `adminPassword`, `admin_password` and `admin-password` have the same. */
const wordsOf = (key: string): string[] =>
  key
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");

function namesSecret(key: string): boolean {
  const words = wordsOf(key);
  const isPair = (word: string, index: number) => secretPairs.has(`${word} ${words[index + 1] ?? ""}`);
  return words.some((word, index) => secretWords.has(word) || isPair(word, index));
}

const isReference = (key: string): boolean => {
  const words = wordsOf(key);
  return words[0] === "existing" || referringWords.has(words.at(-1) ?? "");
};

/**
 * Whether a value of a settings tree with keys of the user's choice is a secret: by its key, by the keys that it lies under
 * (`credentials.secretContents.cloud`), or by its own form (a private key, a token, a URL with a password). `path` are the keys from the
 * root. A name of a Kubernetes Secret is none.
 */
export function isSecretSetting(path: readonly string[], value: string): boolean {
  if (value === "") return false;
  if (isSecretText(value)) return true;
  const key = path.at(-1) ?? "";
  if (isReference(key)) return false;
  if (namesSecret(key)) return true;
  const parents = path.slice(0, -1);
  // The `key` in a reference to a Secret names an entry of it.
  return wordsOf(key).at(-1) !== "key" && parents.some((parent) => namesSecret(parent) && !isReference(parent));
}

/** Whether a text has the form of a credential. */
export const isSecretText = (text: string): boolean => redact(text) !== text;
