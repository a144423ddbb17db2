import { KubeError } from "../kube-error.ts";

/** Returns why the address of an API is invalid, to be appended to its name; undefined if it is valid. */
export function serverComplaint(address: string): string | undefined {
  const url = parse(address);
  if (url === undefined) return 'must be a URL such as "https://api.example.org:6443", without user or query';
  if (url.protocol === "https:") return undefined;
  return `starts with \`http://\`, but the API only speaks HTTPS. Use \`${address.trim().replace(/^http:/i, "https:")}\``;
}

/** Returns the URL of an API. Throws KubeError `Credential`; `setting` is the attribute of the address in the provider block. */
export function serverUrl(address: string, origin: string, setting?: string): URL {
  const complaint = serverComplaint(address);
  const url = parse(address);
  if (complaint === undefined && url !== undefined) return url;
  const what = setting === undefined ? `\`server\` in ${origin}` : origin;
  throw new KubeError("Credential", `${what} ${complaint}.`, {
    summary: "Invalid address of the API",
    ...(setting !== undefined && { setting }),
  });
}

function parse(address: string): URL | undefined {
  const trimmed = address.trim();
  const text = trimmed.includes("://") ? trimmed : `https://${trimmed}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url?.search === "" && url.hash === "" && url.username === "" && url.password === "";
  return url !== undefined && isPlain && ["https:", "http:"].includes(url.protocol) ? url : undefined;
}
